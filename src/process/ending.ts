// What a process is in the middle of, by /proc/PID/stat: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
import type { ProcessIdentity } from './identity.ts';
import { readStatFields } from './process-table.ts';

/** PF_EXITING: include/linux/sched.h. */
const EXITING_FLAG = 0x00000004;
/** Pending for each thread of a process that is killed, until that thread has seen it. */
const SIGKILL_BIT = 1 << 8;

/**
 * Whether this very process is on its way out: killed, or ending. A descriptor that it holds is free only once the last of its threads
 * is gone, be its first one a zombie by then. False where there is no /proc. Fields 3, 9, 22 and 31.
 */
export function isEnding({ pid, startTime }: ProcessIdentity): boolean {
  const fields = readStatFields(pid, 29);
  if (fields === null || Number(fields[19]) !== startTime) return false;
  return hasBegunToEnd(fields) || (Number(fields[28]) & SIGKILL_BIT) !== 0;
}

/** Whether it becomes another program just now: it has no longer the environment of before, and not yet its new one (field 51, env_end). */
export function isInExec(pid: number): boolean {
  const fields = readStatFields(pid, 49);
  return fields !== null && fields[48] === '0' && !hasBegunToEnd(fields) && isEnvironmentTold();
}

let environmentIsTold: boolean | null = null;

/** Not every /proc tells where an environment ends (gVisor's does not). This process has one. */
function isEnvironmentTold(): boolean {
  environmentIsTold ??= readStatFields(process.pid, 49)?.[48] !== '0';
  return environmentIsTold;
}

function hasBegunToEnd(fields: readonly string[]): boolean {
  return /^[ZX]$/.test(fields[0] ?? '') || (Number(fields[6]) & EXITING_FLAG) !== 0;
}
