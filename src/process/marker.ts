// Finds the run that a process was started for in its environment, which daemons keep though they leave group, session and parent.
import { closeSync, openSync, readSync } from 'node:fs';
import { isInExec } from './ending.ts';
import { MARKER_VARIABLE } from './environment.ts';
import { HAS_PROC, type ProcessRow } from './process-row.ts';
import { withSpareDescriptor } from './spare-descriptor.ts';

const NEEDLE = Buffer.from(`${MARKER_VARIABLE}=`);
const BUFFER = Buffer.allocUnsafeSlow(64 * 1024);
/** Linux allows arguments and environment together a quarter of the stack, 6 MiB at most. */
const MAX_ENVIRONMENT_BYTES = 6 * 1024 * 1024;
/** A busy machine may take a process off its processor in the middle of an exec. All of a look together: nothing else is done meanwhile. */
const MAX_EXEC_MS = 250;
const LOOK_AGAIN_MS = 1;
const SLEEPER = new Int32Array(new SharedArrayBuffer(4));
const NONE = Buffer.alloc(0);
/** Ended meanwhile, or another user's, which cannot have inherited our marker without being able to drop it as well. */
const UNREADABLE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

/** Marker → the processes that carry it; the whole value counts, so `…/1/…` is never taken for `…/11/…`. Linux only: elsewhere empty. */
export function readMarkers(rows: readonly ProcessRow[]): Map<string, ProcessRow[]> {
  const found = new Map<string, ProcessRow[]>();
  if (!HAS_PROC) return found;
  const patience = { leftMs: MAX_EXEC_MS };
  for (const row of rows) {
    for (const marker of findMarkers(readSettledEnvironment(row.pid, patience) ?? NONE)) {
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

/** Also of a process that becomes another program just now: a daemon that does would be taken for nobody's. Null: not to be read. */
function readSettledEnvironment(pid: number, patience: { leftMs: number }): Buffer | null {
  const look = (): Buffer | null => withSpareDescriptor(() => readEnvironment(pid));
  let environment = look();
  // None, twice: what was opened before an exec and is read after it is empty too.
  for (let settled = 0; environment?.length === 0 && settled < 2 && patience.leftMs > 0; environment = look()) {
    if (isInExec(pid)) patience.leftMs -= rest();
    else settled += 1;
  }
  return environment;
}

/** This thread alone; how long, in milliseconds. */
function rest(): number {
  Atomics.wait(SLEEPER, 0, 0, LOOK_AGAIN_MS);
  return LOOK_AGAIN_MS;
}

/** Valid until the next call; null: not to be read. */
function readEnvironment(pid: number): Buffer | null {
  let fd: number | null = null;
  try {
    fd = openSync(`/proc/${pid}/environ`, 'r');
    const bytes = readSync(fd, BUFFER, 0, BUFFER.length, 0);
    if (bytes < BUFFER.length) return BUFFER.subarray(0, bytes);
    const large = Buffer.allocUnsafe(MAX_ENVIRONMENT_BYTES);
    return large.subarray(0, readSync(fd, large, 0, large.length, 0));
  } catch (error) {
    if (UNREADABLE.has((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
