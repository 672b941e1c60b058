import { findFileInPlace } from '../config/state-folder.ts';
import { type Failure, fail } from './failure.ts';
import type { LocatedProject } from './locate-project.ts';

/** A file where the project's state folder should be: it holds no logs, and nothing can be started. Null: there is none. */
export function failStateFile({ stateDir }: LocatedProject): Failure | null {
  const problem = findFileInPlace(stateDir);
  return problem && fail('cannot-start', problem.message, { advice: `set \`state_dir\` to another folder, or move ${problem.file} away` });
}
