// The control groups of a state folder's runs, as they are found: after a kill, nobody remembers them.
import { dirname, join } from 'node:path';
import { pidsIn, pidsOf, type RunCgroup, removeRunCgroup, subgroups } from '../process/cgroup.ts';
import { giveBackAbove } from '../process/cgroup-door.ts';
import { findCgroupsOf, findOwnCgroups } from '../process/cgroup-tree.ts';
import { baseName, isGroupOf } from './cgroup-name.ts';
import { placeIdOf } from './place-id.ts';

/** The groups of runs that are over, such as those of an omniroute that was killed; others stay. */
export function removeEmptyGroups(stateDir: string, { unified, memory } = findOwnCgroups()): void {
  const bases = [unified, memory].flatMap((own) => (own === null ? [] : [join(own, baseName(placeIdOf(stateDir)))]));
  for (const base of bases) removeEmptyIn(base);
}

/** Those beside a run that is over: where omniroute was in another group when it began, nobody else looks there. */
export function removeEmptyBeside({ unified, memory }: RunCgroup): void {
  const base = dirname(unified);
  // All at once: the leaf tells what is to be given back.
  if (pidsIn(base).length === 0) giveBackAbove(base, () => removeEmptyIn(base));
  if (memory !== null) removeEmptyIn(dirname(memory));
}

function removeEmptyIn(base: string): void {
  const left = subgroups(base).filter((folder) => !removeIfEmpty(folder));
  if (left.length === 0) removeIfEmpty(base);
}

function removeIfEmpty(unified: string): boolean {
  const group = { unified, memory: null };
  return pidsOf(group).length === 0 && removeRunCgroup(group);
}

/** Below our own, peopled or not. */
export function findRunGroups(stateDir: string): string[] {
  const { unified } = findOwnCgroups();
  return unified === null ? [] : subgroups(join(unified, baseName(placeIdOf(stateDir))));
}

/** Of a run that nobody wrote down: the group that its leader is in, if that is the run's. */
export function findRunCgroup(marker: string, pid: number): RunCgroup | null {
  const { unified, memory } = findCgroupsOf(pid);
  if (unified === null || !isGroupOf(marker, unified)) return null;
  return { unified, memory: memory !== null && isGroupOf(marker, memory) ? memory : null };
}
