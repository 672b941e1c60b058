// Sees the end of processes that are not our children, such as those a previous omniroute started: Node offers no pidfd, so they are polled.
import { closeSync } from 'node:fs';
import { currentBootId, isAlive, type ProcessIdentity } from './identity.ts';
import { HAS_PROC } from './process-row.ts';
import { keepStat, readOpenStat } from './process-table.ts';

/** Where every look is an exec of ps, rarer. */
const POLL_MS = HAS_PROC ? 250 : 1000;

interface Watch {
  readonly identity: ProcessIdentity;
  /** Of its /proc/PID/stat; null where it is gone already or none could be had, and off Linux. */
  readonly fd: number | null;
  readonly listener: () => void;
}

const watches = new Set<Watch>();
let timer: NodeJS.Timeout | null = null;

/** After the last descriptor of a process is closed, the kernel still has to bury it. */
const BURIAL_MS = 5;

/**
 * Tells once, within 250 ms, that the process has ended (zombies have); never before this call returns. Returns what cancels it.
 * Like a child, a watched process keeps the event loop alive.
 */
export function watchExit(identity: ProcessIdentity, listener: () => void): () => void {
  const watch: Watch = { identity, fd: openProven(identity), listener };
  watches.add(watch);
  timer ??= setInterval(pollAll, POLL_MS);
  return () => drop(watch);
}

/** Something hints that a watched process has just ended, such as the end of what it wrote: do not wait for the next look. */
export function lookForExitsSoon(): void {
  if (watches.size > 0) setTimeout(pollAll, BURIAL_MS);
}

function pollAll(): void {
  for (const watch of [...watches]) {
    if (!watches.has(watch) || isRunning(watch)) continue;
    drop(watch);
    watch.listener();
  }
}

function drop(watch: Watch): void {
  if (!watches.delete(watch)) return;
  if (watch.fd !== null) closeSync(watch.fd);
  if (watches.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}

function isRunning({ identity, fd }: Watch): boolean {
  if (fd === null) return isAlive(identity);
  const row = readOpenStat(fd, identity.pid);
  return row !== null && !row.dead;
}

// A kept descriptor costs a third of opening the file anew, four times a second.
function openProven(identity: ProcessIdentity): number | null {
  if (!HAS_PROC || identity.bootId !== currentBootId()) return null;
  const fd = keepStat(identity.pid);
  if (fd === null || readOpenStat(fd, identity.pid)?.startTime === identity.startTime) return fd;
  closeSync(fd);
  return null;
}
