// What the kernel says about processes, from /proc/PID/stat. Reads go through one static buffer: a scan allocates almost nothing.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { HAS_PROC, PAGE_BYTES, type ProcessRow, TICKS_PER_SECOND } from './process-row.ts';
import { listByPs } from './process-table-ps.ts';
import { isOutOfDescriptors, withSpareDescriptor } from './spare-descriptor.ts';

const BUFFER = Buffer.allocUnsafeSlow(4096);
const UPTIME_FD = HAS_PROC ? openSync('/proc/uptime', 'r') : -1;
const KERNEL_THREAD_FLAG = 0x00200000;
const KTHREADD = 2;
/** No more are split than a row needs: scans do this for every process there is. */
const ROW_FIELDS = 22;

/** One process, zombies included; null: there is none of that number. */
export function readProcess(pid: number): ProcessRow | null {
  return HAS_PROC ? toRow(readStatFields(pid, ROW_FIELDS), pid) : (listByPs(pid)[0] ?? null);
}

/**
 * A descriptor of /proc/PID/stat stays tied to that very process: once it is gone, reads fail even if the number lives again.
 * Null: the process is gone, or there is no descriptor to be had.
 */
export function keepStat(pid: number): number | null {
  try {
    return openStat(pid);
  } catch (error) {
    if (isOutOfDescriptors(error)) return null;
    throw error;
  }
}

/** Null: the process has been reaped. */
export function readOpenStat(fd: number, pid: number): ProcessRow | null {
  return toRow(readFields(fd, ROW_FIELDS), pid);
}

/** The first fields of proc_pid_stat(5) from its third on, which is index 0; null: there is no process of that number, or no /proc. */
export function readStatFields(pid: number, count: number): readonly string[] | null {
  return withSpareDescriptor(() => {
    const fd = openStat(pid);
    if (fd === null) return null;
    try {
      return readFields(fd, count);
    } finally {
      closeSync(fd);
    }
  });
}

// The command's name is in parentheses and may hold anything, parentheses too: the last one ends it.
function readFields(fd: number, count: number): readonly string[] | null {
  try {
    const text = BUFFER.toString('latin1', 0, readSync(fd, BUFFER, 0, BUFFER.length, 0));
    const close = text.lastIndexOf(')');
    return close < 0 ? null : text.slice(close + 2).split(' ', count);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

function openStat(pid: number): number | null {
  try {
    return openSync(`/proc/${pid}/stat`, 'r');
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Every process there is, zombies included. Of the kernel's own threads only some: most processes of a quiet machine are such. */
export function listProcesses(): ProcessRow[] {
  if (!HAS_PROC) return listByPs(null);
  const rows = new Map<number, ProcessRow | null>(readKernelThreads().map((pid) => [pid, null]));
  // A process that forks and ends while it is being looked for would hide its child; so look again where one has vanished.
  for (let pass = 0, vanished = true; vanished && pass < 3; pass++) {
    vanished = false;
    for (const pid of listPids()) {
      if (rows.has(pid)) continue;
      const row = readProcess(pid);
      rows.set(pid, row);
      if (row === null) vanished = true;
    }
  }
  return [...rows.values()].filter((row) => row !== null);
}

let kthreaddHere: boolean | null = null;

// The children of kthreadd; in a PID namespace, number 2 is anybody. Nothing of ours ever gets it as parent, and numbers are not
// given away again within the milliseconds between this look and the next (proc(5); the file may be left out of a kernel).
function readKernelThreads(): number[] {
  kthreaddHere ??= readProcess(KTHREADD)?.kernelThread === true;
  if (!kthreaddHere) return [];
  try {
    return withSpareDescriptor(() => readFileSync(`/proc/${KTHREADD}/task/${KTHREADD}/children`, 'latin1'))
      .trim()
      .split(' ')
      .map(Number);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

export function listPids(): number[] {
  const pids: number[] = [];
  for (const name of withSpareDescriptor(() => readdirSync('/proc'))) {
    const first = name.charCodeAt(0);
    if (first >= 49 && first <= 57) pids.push(Number(name));
  }
  return pids;
}

/** The clock of `startTime`, now. Asked at every exit, so it must not fail for want of a descriptor: one is kept. */
export function nowTicks(): number {
  if (!HAS_PROC) return Math.floor(Date.now() / 1000);
  const uptime = BUFFER.toString('latin1', 0, readSync(UPTIME_FD, BUFFER, 0, BUFFER.length, 0));
  // Seconds with two decimals, so rounding only undoes what the multiplication of a fraction does.
  return Math.round(Number.parseFloat(uptime) * TICKS_PER_SECOND);
}

/** How long ago it was started, with the time in which the machine slept. */
export function ageMs({ startTime }: Pick<ProcessRow, 'startTime'>): number {
  const ticks = nowTicks() - startTime;
  return Math.max(0, (ticks * 1000) / (HAS_PROC ? TICKS_PER_SECOND : 1));
}

function toRow(fields: readonly string[] | null, pid: number): ProcessRow | null {
  if (fields === null) return null;
  const state = fields[0];
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: Number(fields[19]),
    // A main thread that ended before the others shows as a zombie, and the process lives on.
    dead: state === 'X' || (state === 'Z' && Number(fields[17]) <= 1),
    kernelThread: (Number(fields[6]) & KERNEL_THREAD_FLAG) !== 0,
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    rssBytes: Number(fields[21]) * PAGE_BYTES,
  };
}

/** ENOENT: no such process; ESRCH: it ended between open and read. */
function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH';
}
