// Reads on through the files of one log and puts the lines of each run and stream together again: chunks lie there as they came.
import type { LogStream } from '../spec.ts';
import { HeldBytes } from './held-bytes.ts';
import { characterStart, decodeLine } from './line-text.ts';
import type { ChunkRecord } from './log-index.ts';
import { type LogPosition, lineBefore } from './log-position.ts';
import { isWanted, type LogLine, type LogQuery, matchesGrep } from './log-query.ts';
import type { LogSegment } from './log-segment.ts';

const NEWLINE = 10;
/** A longer line is given in pieces. */
const MAX_PIECE_BYTES = 1_048_576;

/** The beginning of a line whose end has not been read. */
interface OpenLine {
  readonly bytes: HeldBytes;
  timeMs: number;
}

export class LogCursor {
  readonly #service: string;
  readonly #segments: LogSegment[];
  readonly #query: LogQuery;
  readonly #wantedRun: number | null;
  #segment: number;
  #record: number;
  #run = -1;
  readonly #open: Record<LogStream, OpenLine | null> = { out: null, err: null };
  #ready: LogLine[] = [];

  /** `segments` may grow at its end; `run` is a number of this log or null for all. */
  constructor(service: string, segments: LogSegment[], query: LogQuery, run: number | null, from: LogPosition) {
    this.#service = service;
    this.#segments = segments;
    this.#query = query;
    this.#wantedRun = run;
    this.#segment = from.segment;
    this.#record = from.record;
  }

  /** The complete lines among the records there are; asked again, those that have come since. */
  *read(): Generator<LogLine> {
    for (let segment = this.#segments[this.#segment]; segment !== undefined; segment = this.#segments[this.#segment]) {
      if (segment.hasRestarted(this.#record)) this.#restart(segment);
      for (; this.#record < segment.count; this.#record++) {
        const record = segment.record(this.#record);
        let at = segment.endOf(this.#record - 1);
        if (this.#begin(record, at)) {
          for (let bytes = segment.bytes(at, record.endBytes); bytes.length > 0; bytes = segment.bytes(at, record.endBytes)) {
            this.#split(bytes, record);
            at += bytes.length;
            yield* this.#handOver();
          }
        }
        yield* this.#handOver();
      }
      if (this.#segment === this.#segments.length - 1) return;
      this.#segment += 1;
      this.#record = 0;
    }
  }

  /** The lines that have no end yet, as they are. */
  *readOpen(): Generator<LogLine> {
    this.#closeLines();
    yield* this.#handOver();
  }

  /** Lets go of the files that have been read to their end. */
  closePassed(): void {
    for (const segment of this.#segments.splice(0, this.#segment)) segment.close();
    this.#segment = 0;
  }

  #handOver(): LogLine[] {
    const lines = this.#ready;
    if (lines.length > 0) this.#ready = [];
    return lines;
  }

  #restart(segment: LogSegment): void {
    segment.forget();
    this.#record = 0;
    this.#open.out = this.#open.err = null;
  }

  /** Prepares for a chunk that begins at `start`. Returns whether its bytes are wanted. */
  #begin(record: ChunkRecord, start: number): boolean {
    const { run, stream } = record;
    const isRunEnd = record.endBytes === start;
    if (run !== this.#run || isRunEnd) this.#closeLines();
    this.#run = run;
    if (isRunEnd) return false;
    if (!isWanted(record, this.#query, this.#wantedRun)) {
      this.#open[stream] = null;
      return false;
    }
    if (this.#open[stream] === null && record.continues) {
      const position = { segment: this.#segment, record: this.#record };
      this.#hold(lineBefore(this.#segments, position, run, stream, MAX_PIECE_BYTES), record);
    }
    return true;
  }

  #split(bytes: Buffer, record: ChunkRecord): void {
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to !== -1; to = bytes.indexOf(NEWLINE, from)) {
      this.#finish(bytes.subarray(from, to), record);
      from = to + 1;
    }
    if (from < bytes.length) this.#hold(bytes.subarray(from), record);
  }

  #finish(rest: Buffer, { stream, timeMs }: ChunkRecord): void {
    const open = this.#open[stream];
    open?.bytes.add(rest);
    this.#open[stream] = null;
    this.#give(decodeLine(open?.bytes.view() ?? rest, Number.POSITIVE_INFINITY), stream, timeMs);
  }

  #hold(part: Buffer, { stream, timeMs }: ChunkRecord): void {
    if (part.length === 0) return;
    const open = this.#open[stream] ?? { bytes: new HeldBytes(), timeMs };
    this.#open[stream] = open;
    open.bytes.add(part);
    open.timeMs = timeMs;
    if (open.bytes.length <= MAX_PIECE_BYTES) return;
    const end = characterStart(open.bytes.view(), MAX_PIECE_BYTES);
    this.#give(open.bytes.view().toString('utf8', 0, end), stream, timeMs);
    open.bytes.dropFirst(end);
  }

  #closeLines(): void {
    const streams = (['out', 'err'] as const).filter((stream) => this.#open[stream] !== null);
    if (streams.length === 2 && (this.#open.err?.timeMs ?? 0) < (this.#open.out?.timeMs ?? 0)) streams.reverse();
    for (const stream of streams) {
      const open = this.#open[stream];
      this.#open[stream] = null;
      if (open) this.#give(decodeLine(open.bytes.view(), Number.POSITIVE_INFINITY), stream, open.timeMs);
    }
  }

  #give(text: string, stream: LogStream, time: number): void {
    if (matchesGrep(text, this.#query.grep)) this.#ready.push({ service: this.#service, time, stream, run: this.#run, text });
  }
}
