// Places in a log, found by its index alone: only there does a log of gigabytes need to be read.
import type { LogStream } from '../spec.ts';
import type { ChunkRecord } from './log-index.ts';
import { isWanted, type LogQuery } from './log-query.ts';
import type { LogSegment } from './log-segment.ts';

/** A record of a segment, both counted from 0. */
export interface LogPosition {
  readonly segment: number;
  readonly record: number;
}

export const BEGINNING: LogPosition = { segment: 0, record: 0 };

/** The records before `from`, the nearest first. */
export function* recordsBefore(
  segments: readonly LogSegment[],
  from: LogPosition | null,
): Generator<[LogPosition, ChunkRecord, LogSegment]> {
  for (let s = from?.segment ?? segments.length - 1; s >= 0; s--) {
    const segment = segments[s];
    if (segment === undefined) continue;
    for (let n = (s === from?.segment ? from.record : segment.count) - 1; n >= 0; n--)
      yield [{ segment: s, record: n }, segment.record(n), segment];
  }
}

/** The number of the latest run (-1), of the one before (-2) …; null: there is none. */
export function runFromEnd(segments: readonly LogSegment[], back: number): number | null {
  let run: number | null = null;
  let seen = 0;
  for (const [, record] of recordsBefore(segments, null)) {
    if (record.run === run) continue;
    run = record.run;
    seen -= 1;
    if (seen === back) return run;
  }
  return null;
}

/**
 * Where to begin so that `bytes` of wanted chunks lie ahead; `whole`: nothing wanted lies before. Of a run that is asked for,
 * only the latest of that number counts.
 */
export function stepBack(
  segments: readonly LogSegment[],
  query: LogQuery,
  run: number | null,
  bytes: number,
): LogPosition & { whole: boolean } {
  let found: LogPosition | null = null;
  let left = bytes;
  for (const [position, record, segment] of recordsBefore(segments, null)) {
    if (run !== null && record.run !== run) {
      if (found !== null || record.run < run) break;
      continue;
    }
    if (run !== null) found = position;
    if (!isWanted(record, query, run)) continue;
    found = position;
    left -= record.endBytes - segment.endOf(position.record - 1);
    if (left <= 0) return { ...position, whole: false };
  }
  // The end of what there is, and not beyond: a log that is still empty goes on in the file that it has.
  const end = { segment: Math.max(0, segments.length - 1), record: segments.at(-1)?.count ?? 0 };
  return { ...(found ?? end), whole: true };
}

/** What of its line was written before the chunk at `position`, at most `maxBytes` of it. */
export function lineBefore(
  segments: readonly LogSegment[],
  position: LogPosition,
  run: number,
  stream: LogStream,
  maxBytes: number,
): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (const [{ record: n }, record, segment] of recordsBefore(segments, position)) {
    const start = segment.endOf(n - 1);
    if (record.run !== run || record.endBytes === start) break;
    if (record.stream !== stream) continue;
    const part = lineEnd(segment, start, record.endBytes, maxBytes - length);
    parts.unshift(part.bytes);
    length += part.bytes.length;
    if (part.begins || !record.continues || length >= maxBytes) break;
  }
  return Buffer.concat(parts);
}

/** The bytes behind the last newline of a chunk, at most `maxBytes`; `begins`: there is one. */
function lineEnd(segment: LogSegment, from: number, to: number, maxBytes: number): { bytes: Buffer; begins: boolean } {
  const parts: Buffer[] = [];
  for (let at = Math.max(from, to - maxBytes); at < to; ) {
    const part = segment.bytes(at, to);
    if (part.length === 0) break;
    parts.push(Buffer.from(part));
    at += part.length;
  }
  const bytes = Buffer.concat(parts);
  const newline = bytes.lastIndexOf(10);
  return { bytes: bytes.subarray(newline + 1), begins: newline !== -1 };
}
