// Node has no name for a real-time signal, and tells of an end by one as of an exit with 0. Linux knows better until the process is
// reaped; its pipes are closed before that.
import { readFileSync } from 'node:fs';
import type { Signal } from '../spec.ts';
import { HAS_PROC } from './process-row.ts';

/** The first that has no name in Node; up to there they are the C library's own. */
const FIRST_NAMELESS = 32;
/** glibc's: the names are those of `kill -l` in bash. */
const SIGRTMIN = 34;

/** Else there is nothing to look at. */
export const TELLS_NAMELESS = HAS_PROC;

/** What a child that is ending, and not reaped yet, is killed by, where Node will have no name for it; else null. proc_pid_stat(5), field 52. */
export function findNamelessSignal(pid: number): Signal | null {
  if (!HAS_PROC) return null;
  const text = readStat(pid);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // As wait(2) tells it: the low seven bits are the signal, and until it ends there is none.
  const number = Number(fields[49] ?? 0) & 0x7f;
  return number < FIRST_NAMELESS || number === 0x7f ? null : nameOf(number);
}

/** Of a signal that `findNamelessSignal` found. */
export function numberOf(signal: Signal): number {
  const [, plus] = /^SIGRTMIN\+?(\d*)$/.exec(signal) ?? [];
  return plus === undefined ? Number(signal.slice('SIG'.length)) : SIGRTMIN + Number(plus);
}

function nameOf(number: number): Signal {
  if (number < SIGRTMIN) return `SIG${number}`;
  return number === SIGRTMIN ? 'SIGRTMIN' : `SIGRTMIN+${number - SIGRTMIN}`;
}

/** '' of one that is gone. */
function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}
