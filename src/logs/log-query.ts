// What is asked of a log, and what it answers.
import type { LogStream } from '../spec.ts';
import { stripEscapes } from './line-text.ts';
import type { ChunkRecord } from './log-index.ts';

export interface LogQuery {
  /** Wall clock, both inclusive. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Of all services together. */
  readonly lastLines: number | null;
  /** Tried on the text without escapes. */
  readonly grep: RegExp | null;
  readonly stream: 'any' | LogStream;
  /** Negative: -1 is the latest run of each service, -2 the one before. */
  readonly run: number | null;
}

export interface LogLine {
  readonly service: string;
  /** When its end was written, wall clock in milliseconds. */
  readonly time: number;
  readonly stream: LogStream;
  readonly run: number;
  /** Without its newline; escapes and lone carriage returns as they came. */
  readonly text: string;
}

/** Whether lines that end in this chunk are asked for, as far as the index tells. `run` is a number of this log, never negative. */
export function isWanted(record: ChunkRecord, { sinceMs, untilMs, stream }: LogQuery, run: number | null): boolean {
  if (run !== null && record.run !== run) return false;
  if (stream !== 'any' && record.stream !== stream) return false;
  return (sinceMs === null || record.timeMs >= sinceMs) && (untilMs === null || record.timeMs <= untilMs);
}

export function matchesGrep(text: string, grep: RegExp | null): boolean {
  if (grep === null) return true;
  grep.lastIndex = 0;
  return grep.test(stripEscapes(text));
}
