// What is known of a process, and the units in which this machine tells it.
import { readFileSync } from 'node:fs';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot; off Linux seconds since the epoch. */
  readonly startTime: number;
  /** A zombie whose threads are all gone, or on its way out. */
  readonly dead: boolean;
  readonly kernelThread: boolean;
  /** User and system time of all its threads. */
  readonly cpuTicks: number;
  readonly rssBytes: number;
}

export const HAS_PROC = process.platform === 'linux';

const { pageBytes, ticksPerSecond } = readAuxiliaryVector();
export const PAGE_BYTES = pageBytes;
export const TICKS_PER_SECOND = ticksPerSecond;

// Node tells neither; the kernel hands both to every program: pairs of words, type 6 AT_PAGESZ, type 17 AT_CLKTCK.
function readAuxiliaryVector(): { pageBytes: number; ticksPerSecond: number } {
  const values = new Map<bigint, bigint>();
  if (HAS_PROC) {
    const bytes = Uint8Array.from(readFileSync('/proc/self/auxv'));
    const words = new BigUint64Array(bytes.buffer, 0, Math.floor(bytes.length / 8));
    for (let i = 0; i + 1 < words.length; i += 2) values.set(words[i] as bigint, words[i + 1] as bigint);
  }
  return { pageBytes: Number(values.get(6n) ?? 4096n), ticksPerSecond: Number(values.get(17n) ?? 100n) };
}
