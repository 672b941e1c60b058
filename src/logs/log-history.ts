// What the files of one log hold now, from where a query begins.
import { LogCursor } from './log-cursor.ts';
import { BEGINNING, type LogPosition, runFromEnd, stepBack } from './log-position.ts';
import type { LogLine, LogQuery } from './log-query.ts';
import type { LogSegment } from './log-segment.ts';

/** Read from the end at first, and four times as much whenever that was not enough. */
const FIRST_STEP_BYTES = 4_096;
const BYTES_PER_LINE = 160;

export interface LogHistory {
  readonly cursor: LogCursor;
  /** How many lines the cursor has ahead; null where nobody asked for the last ones. */
  readonly lines: number | null;
}

/**
 * A cursor at the first line that can count. Lines without an end count only where `open` says so: while following they wait.
 * With `lastLines` the log is read from its end, no further than needed, once to count and by the cursor again: nothing is kept.
 */
export function findHistory(service: string, segments: LogSegment[], query: LogQuery, { open }: { open: boolean }): LogHistory {
  const run = query.run !== null && query.run < 0 ? (runFromEnd(segments, query.run) ?? Number.NaN) : query.run;
  const cursorAt = (position: LogPosition): LogCursor => new LogCursor(service, segments, query, run, position);
  if (query.lastLines === null) {
    const from = run === null ? BEGINNING : stepBack(segments, query, run, Number.POSITIVE_INFINITY);
    return { cursor: cursorAt(from), lines: null };
  }
  for (let bytes = FIRST_STEP_BYTES + query.lastLines * BYTES_PER_LINE; ; bytes *= 4) {
    const from = stepBack(segments, query, run, bytes);
    const lines = count(linesOf(cursorAt(from), { open }));
    if (lines >= query.lastLines || from.whole) return { cursor: cursorAt(from), lines };
  }
}

export function* linesOf(cursor: LogCursor, { open }: { open: boolean }): Generator<LogLine> {
  yield* cursor.read();
  if (open) yield* cursor.readOpen();
}

function count(lines: Iterable<LogLine>): number {
  let n = 0;
  for (const _ of lines) n += 1;
  return n;
}
