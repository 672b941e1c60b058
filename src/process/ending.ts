import type { ProcessIdentity } from './identity.ts';
import { readStatFields } from './process-table.ts';

/** PF_EXITING: include/linux/sched.h. */
const EXITING_FLAG = 0x00000004;
/** Pending for each thread of a process that is killed, until that thread has seen it. */
const SIGKILL_BIT = 1 << 8;

/**
 * Whether this very process is on its way out: killed, or ending. A descriptor that it holds is free only once the last of its threads
 * is gone, be its first one a zombie by then. False where there is no /proc. proc_pid_stat(5), fields 3, 9, 22 and 31.
 */
export function isEnding({ pid, startTime }: ProcessIdentity): boolean {
  const fields = readStatFields(pid, 29);
  if (fields === null || Number(fields[19]) !== startTime) return false;
  return /^[ZX]$/.test(fields[0] ?? '') || (Number(fields[6]) & EXITING_FLAG) !== 0 || (Number(fields[28]) & SIGKILL_BIT) !== 0;
}
