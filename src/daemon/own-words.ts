// What the supervisor says of itself.
import type { ProjectSnapshot } from '../control/protocol.ts';

/** Init of a container gets every orphan, and nobody but it can reap them. */
const PID_1_WARNING = '; as PID 1 it does not reap orphans: start it with `docker run --init`, or under tini';

export function describeStart(mode: ProjectSnapshot['mode']): string {
  return `pid ${process.pid}, ${mode}${process.pid === 1 ? PID_1_WARNING : ''}`;
}

/** With its stack: whoever reads it is to find the bug. */
export function describeBug(error: unknown): string {
  return `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
