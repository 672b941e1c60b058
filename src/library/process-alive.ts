// Only ever looks. A pid that was reused would read as alive: a false alarm, never a false all-clear.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A zombie has ended; its parent has just not asked yet. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch (error) {
    // Gone since the first question, or no /proc at all on this system.
    return process.platform !== 'linux' && (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** True once the process has ended; false when it has not within `deadlineMs`. Nothing tells the end of a process that is not a child. */
export async function untilGone(pid: number, deadlineMs: number): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (isProcessAlive(pid)) {
    if (performance.now() > end) return false;
    await sleep(3);
  }
  return true;
}
