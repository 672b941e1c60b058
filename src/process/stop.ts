// Signals, always to what is proven ours, and to whole groups where it can be.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '../spec.ts';
import { killAll } from './cgroup.ts';
import { currentBootId, identityOf, type ProcessIdentity } from './identity.ts';
import type { ProcessRow } from './process-row.ts';
import { readProcess } from './process-table.ts';
import { findMemberRows, type RunScope } from './stragglers.ts';

/** All others end a process that does not handle them. */
const HARMLESS: ReadonlySet<Signal> = new Set<Signal>([
  'SIGCONT',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGCHLD',
  'SIGURG',
  'SIGWINCH',
]);
const MAX_WAIT_MS = 20;

/**
 * To the leader's whole group, also when the leader is dead and others of the group live on; SIGKILL to its whole control group.
 * False: nothing of ours is there.
 */
export function signalGroup(scope: RunScope, signal: Signal): boolean {
  const group = scope.leader.pid;
  if (signal === 'SIGKILL') killContained(scope);
  if (!ownsGroup(scope) || send(-group, signal) === 'gone') return false;
  // What is stopped cannot act on a signal; it would hold the whole grace period.
  if (!HARMLESS.has(signal)) send(-group, 'SIGCONT');
  return true;
}

/** To the members that a signal to the leader's group did not reach: daemons that made a session of their own. */
export function signalBeyondGroup(members: readonly ProcessRow[], { leader }: RunScope, signal: Signal): void {
  for (const { pid, group, startTime } of members) {
    if (group === leader.pid || readProcess(pid)?.startTime !== startTime || send(pid, signal) !== 'sent') continue;
    if (!HARMLESS.has(signal)) send(pid, 'SIGCONT');
  }
}

/**
 * SIGKILLs every member, again and again until no new one is found, for at most `timeoutMs`.
 * Per scope, what could not be killed: stuck in the kernel, or another user's. With nothing left over it takes one look and no wait.
 */
export async function killMembers(scopes: readonly RunScope[], timeoutMs: number): Promise<ProcessIdentity[][]> {
  const deadlineAtMs = performance.now() + timeoutMs;
  const killed = new Set<string>();
  for (let waitMs = 0; ; ) {
    const members = findMemberRows(scopes);
    const known = killed.size;
    const outcomes = members.flatMap((rows, index) => killRows(rows, scopes[index] as RunScope, killed));
    if (outcomes.every((outcome) => outcome === 'refused') || performance.now() >= deadlineAtMs)
      return members.map((rows) => rows.map(identityOf));
    // A program that forks faster than it can be killed is not waited for.
    waitMs = killed.size > known ? 0 : Math.min(MAX_WAIT_MS, waitMs * 2 + 1);
    await sleep(waitMs);
  }
}

function ownsGroup(scope: RunScope): boolean {
  const { leader } = scope;
  if (leader.bootId !== currentBootId()) return false;
  const holder = readProcess(leader.pid);
  if (holder !== null && holder.startTime !== leader.startTime) return false;
  if (holder !== null && !holder.dead) return true;
  return (findMemberRows([scope])[0] ?? []).some((row) => row.group === leader.pid);
}

type Outcome = 'sent' | 'gone' | 'refused';

/** Who was in its control group, which is of this boot. */
function killContained({ leader, cgroup }: RunScope): ReadonlySet<number> {
  return new Set(cgroup && leader.bootId === currentBootId() ? killAll(cgroup) : []);
}

// A control group dies in one step, and so does a process group: no fork can slip through between two kills. Whoever left both is killed alone.
function killRows(rows: readonly ProcessRow[], scope: RunScope, killed: Set<string>): Outcome[] {
  const { leader } = scope;
  const contained = rows.length === 0 ? new Set<number>() : killContained(scope);
  const pids = new Set(rows.map(({ pid }) => pid));
  const groups = new Set<number>();
  return rows.map((row) => {
    // Also those of another user, whom no signal of ours reaches.
    if (contained.has(row.pid)) return 'sent';
    const now = readProcess(row.pid);
    if (now === null || now.startTime !== row.startTime) return 'gone';
    killed.add(`${row.pid} ${row.startTime}`);
    const oursAsAWhole = pids.has(now.group) || (now.group === leader.pid && readProcess(leader.pid) === null);
    if (oursAsAWhole && !groups.has(now.group)) send(-now.group, 'SIGKILL');
    groups.add(now.group);
    return send(row.pid, 'SIGKILL');
  });
}

function send(pid: number, signal: Signal): Outcome {
  // To the system these mean our own group, and everybody.
  if (pid === 0 || pid === -1) throw new Error(`a signal must not go to ${pid}`);
  try {
    process.kill(pid, signal);
    return 'sent';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return 'gone';
    if (code === 'EPERM') return 'refused';
    throw error;
  }
}
