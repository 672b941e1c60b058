// Node has no name for a real-time signal, and tells of an end by one as of an exit with 0. Linux knows better until the process is
// reaped; its pipes are closed before that.
import type { Signal } from '../spec.ts';
import { readStatFields } from './process-table.ts';

/** The first that has no name in Node; up to the next they are the C library's own. */
const FIRST_NAMELESS = 32;
/** glibc's: the names are those of `kill -l` in bash. */
const SIGRTMIN = 34;
/** Of how it ended, as wait(2) tells it, these bits are the signal. */
const SIGNAL_BITS = 0x7f;

/** What a child that is ending, and not reaped yet, is killed by, where Node will have no name for it; else null. proc_pid_stat(5), field 52. */
export function findNamelessSignal(pid: number): Signal | null {
  const number = Number(readStatFields(pid, 50)?.[49] ?? 0) & SIGNAL_BITS;
  if (number < FIRST_NAMELESS || number === SIGNAL_BITS) return null;
  if (number < SIGRTMIN) return `SIG${number}`;
  return number === SIGRTMIN ? 'SIGRTMIN' : `SIGRTMIN+${number - SIGRTMIN}`;
}
