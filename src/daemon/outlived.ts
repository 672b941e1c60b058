// Runs that go on though their supervisor is dead: seen and ended without one.
import { killMembers } from '../process/stop.ts';
import { findMembers, type RunScope } from '../process/stragglers.ts';
import { takeLock } from './lock.ts';
import { removeEmptyGroups } from './run-cgroups.ts';
import { peekRuns } from './state-file.ts';
import { withUnrecorded } from './unrecorded.ts';

const KILL_WITHIN_MS = 5000;

export interface OutlivedRun {
  readonly service: string;
  /** Everything that belongs to it and runs. */
  readonly pids: readonly number[];
}

/** Changes nothing. Of a project whose supervisor lives, it tells what that one supervises. */
export function findOutlived(stateDir: string): OutlivedRun[] {
  const recorded = readScopes(stateDir);
  const members = findMembers(recorded.map(({ scope }) => scope));
  return recorded.flatMap(({ service }, index) => {
    const pids = (members[index] ?? []).map(({ pid }) => pid);
    return pids.length === 0 ? [] : [{ service, pids }];
  });
}

/** SIGKILLs them all; the answer is what could not be killed. Null: a supervisor lives and holds the project. */
export async function killOutlived(stateDir: string): Promise<OutlivedRun[] | null> {
  const lock = await takeLock(stateDir);
  if (!lock.ok) return null;
  try {
    await killMembers(
      readScopes(stateDir).map(({ scope }) => scope),
      KILL_WITHIN_MS,
    );
    // The record stays: hooks that these runs are owed are run by the next `up`.
    removeEmptyGroups(stateDir);
    return findOutlived(stateDir);
  } finally {
    lock.release();
  }
}

function readScopes(stateDir: string): { readonly service: string; readonly scope: RunScope }[] {
  return withUnrecorded(peekRuns(stateDir), stateDir).map(({ service, identity, marker, cgroup = null }) => ({
    service,
    scope: { leader: identity, marker, cgroup, seen: [], leaderExitTicks: null },
  }));
}
