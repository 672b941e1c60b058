// Finds the run that a process was started for in its environment, which daemons keep though they leave group, session and parent.
import { closeSync, openSync, readSync } from 'node:fs';
import { MARKER_VARIABLE } from './environment.ts';
import { HAS_PROC, type ProcessRow } from './process-row.ts';
import { withSpareDescriptor } from './spare-descriptor.ts';

const NEEDLE = Buffer.from(`${MARKER_VARIABLE}=`);
const BUFFER = Buffer.allocUnsafeSlow(64 * 1024);
/** Linux allows arguments and environment together a quarter of the stack, 6 MiB at most. */
const MAX_ENVIRONMENT_BYTES = 6 * 1024 * 1024;
/** Ended meanwhile, or another user's, which cannot have inherited our marker without being able to drop it as well. */
const UNREADABLE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

/** Marker → the processes that carry it; the whole value counts, so `…/1/…` is never taken for `…/11/…`. Linux only: elsewhere empty. */
export function readMarkers(rows: readonly ProcessRow[]): Map<string, ProcessRow[]> {
  const found = new Map<string, ProcessRow[]>();
  if (!HAS_PROC) return found;
  for (const row of rows) {
    for (const marker of findMarkers(withSpareDescriptor(() => readEnvironment(row.pid)))) {
      const rowsOfMarker = found.get(marker);
      if (rowsOfMarker === undefined) found.set(marker, [row]);
      else rowsOfMarker.push(row);
    }
  }
  return found;
}

function* findMarkers(environment: Buffer): Generator<string> {
  for (let at = environment.indexOf(NEEDLE); at >= 0; at = environment.indexOf(NEEDLE, at + 1)) {
    if (at > 0 && environment[at - 1] !== 0) continue;
    const end = environment.indexOf(0, at);
    yield environment.toString('utf8', at + NEEDLE.length, end < 0 ? environment.length : end);
  }
}

/** Valid until the next call. */
function readEnvironment(pid: number): Buffer {
  let fd: number | null = null;
  try {
    fd = openSync(`/proc/${pid}/environ`, 'r');
    const bytes = readSync(fd, BUFFER, 0, BUFFER.length, 0);
    if (bytes < BUFFER.length) return BUFFER.subarray(0, bytes);
    const large = Buffer.allocUnsafe(MAX_ENVIRONMENT_BYTES);
    return large.subarray(0, readSync(fd, large, 0, large.length, 0));
  } catch (error) {
    if (UNREADABLE.has((error as NodeJS.ErrnoException).code)) return BUFFER.subarray(0, 0);
    throw error;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
