import { findFileInPlace } from '../config/state-folder.ts';
import { findOwnerOfClosed } from '../control/foreign-owner.ts';
import { type Failure, fail } from './failure.ts';
import type { LocatedProject } from './locate-project.ts';

/** A state folder with nothing to read: a file is in its place, or it is closed to us. Null where it is there, or is not there yet. */
export function failUnusableState({ stateDir }: LocatedProject): Failure | null {
  const problem = findFileInPlace(stateDir);
  if (problem !== null)
    return fail('cannot-start', problem.message, { advice: `set \`state_dir\` to another folder, or move ${problem.file} away` });
  const owner = findOwnerOfClosed([stateDir]);
  return owner && fail('refused', `the state folder ${stateDir} is closed to us: it belongs to ${owner.user}`, { advice: owner.advice });
}
