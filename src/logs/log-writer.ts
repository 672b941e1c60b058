// Keeps every byte a service prints: appended synchronously chunk by chunk (a queue would be lost with a killed supervisor),
// rotated by size at the end of a line. Trouble with the disk never reaches the service: bytes are dropped, counted and marked.
import type { LogPolicy, LogStream } from '../spec.ts';
import { ChunkFile } from './chunk-file.ts';
import { type ChunkRecord, indexPath, lastRecord } from './log-index.ts';
import { finishRotation, pruneRotations, rotateFiles } from './log-rotation.ts';

const NEWLINE = 10;
const LINE_END = Buffer.from('\n');
const CHECK_EVERY_MS = 1_000;
const RETRY_EVERY_MS = 200;
const REPORT_EVERY_MS = 10_000;
const ROTATE_AGAIN_AFTER_MS = 10_000;

interface Outage {
  readonly error: string;
  droppedBytes: number;
  triedAtMs: number;
}

export class LogWriter {
  /** Bytes dropped since this writer was made. */
  droppedBytes = 0;
  readonly #folder: string;
  readonly #onDropped: (droppedBytes: number, error: string) => void;
  #policy: LogPolicy;
  #file: ChunkFile | null = null;
  #outage: Outage | null = null;
  #checkedAtMs = 0;
  #unreportedBytes = 0;
  #lastError = '';
  #reportedAtMs = Number.NEGATIVE_INFINITY;
  #mayRotateAtMs = Number.NEGATIVE_INFINITY;
  #run = 0;
  #stream: LogStream = 'out';
  /** The run's last byte on this stream was not a newline, or is not known. */
  readonly #midLine = { out: false, err: false };

  /**
   * Continues the log in `folder`, or begins one. Never throws: a log that cannot be opened is tried again with later chunks.
   * `onDropped` gets the bytes lost since it was last called and the error's code: at once, then at most every 10 s of an outage.
   */
  constructor(folder: string, policy: LogPolicy, onDropped: (droppedBytes: number, error: string) => void) {
    this.#folder = folder;
    this.#policy = policy;
    this.#onDropped = onDropped;
    const error = this.#open();
    if (error !== null) this.#fail(error, Number.NEGATIVE_INFINITY);
    this.#continue();
  }

  /** Appends a chunk as it came; `timeMs` is wall clock. Never throws; what cannot be written is dropped and counted. */
  append(chunk: Uint8Array, stream: LogStream, run: number, timeMs: number): void {
    if (chunk.length === 0) return;
    this.#resume(timeMs);
    let written = 0;
    while (this.#file !== null && written < chunk.length) {
      const to = timeMs < this.#mayRotateAtMs ? chunk.length : partEnd(chunk, written, this.#file, this.#policy);
      if (to === written) this.#rotate(timeMs);
      else written += this.#write(this.#file, chunk, written, to, stream, run, timeMs);
    }
    if (written < chunk.length) this.#drop(chunk.length - written, timeMs);
  }

  /** Says that a run has ended and all it printed is here: what it left without a newline is its last line. Never throws. */
  endRun(run: number, timeMs: number): void {
    this.#resume(timeMs);
    if (this.#file !== null && !this.#file.appendEnd(timeMs, run)) this.#fail(this.#file.failure, timeMs);
    this.#midLine.out = false;
    this.#midLine.err = false;
  }

  /** Why nothing can be written, after another try; null: it can. */
  outage(timeMs: number): string | null {
    this.#resume(timeMs);
    return this.#outage?.error ?? null;
  }

  /** Holds from the next chunk on; rotated files beyond a lower `keep` go at once. Never throws. */
  setPolicy(policy: LogPolicy): void {
    this.#policy = policy;
    const error = attempt(() => pruneRotations(this.#folder, policy.keep));
    if (error !== null) this.#onDropped(0, error);
  }

  /** Ends writing; tells what was dropped and not told yet. */
  close(): void {
    this.#closeFile();
    this.#report(Number.POSITIVE_INFINITY);
  }

  #closeFile(): void {
    this.#file?.close();
    this.#file = null;
  }

  #write(file: ChunkFile, chunk: Uint8Array, from: number, to: number, stream: LogStream, run: number, timeMs: number): number {
    if (run !== this.#run) this.#midLine.out = this.#midLine.err = false;
    const written = file.append(chunk, from, to, timeMs, run, stream, this.#midLine[stream]);
    if (written > 0) {
      this.#run = run;
      this.#stream = stream;
      this.#midLine[stream] = file.midLine;
    }
    if (written < to - from) this.#fail(file.failure, timeMs);
    return written;
  }

  /** Opens the log and learns from it where it stands. */
  #open(): string | null {
    return attempt(() => {
      finishRotation(this.#folder);
      this.#file = new ChunkFile(this.#folder);
    });
  }

  /** Continues after another writer: whether its streams stand in the middle of a line is not known. */
  #continue(): void {
    const last = this.#file?.last ?? newestRotated(this.#folder);
    if (last === null) return;
    this.#run = last.run;
    this.#stream = last.stream;
    this.#midLine.out = this.#midLine.err = true;
  }

  /** A log that cannot be moved (a read-only folder) goes on growing rather than losing anything. */
  #rotate(timeMs: number): void {
    this.#closeFile();
    const stuck = attempt(() => rotateFiles(this.#folder, this.#policy.keep));
    if (stuck !== null) this.#mayRotateAtMs = timeMs + ROTATE_AGAIN_AFTER_MS;
    const error = this.#open();
    if (error !== null) this.#fail(error, timeMs);
  }

  /** Before a chunk: ends an outage if writing works again; now and then looks whether somebody has removed or emptied the files. */
  #resume(timeMs: number): void {
    if (this.#outage !== null) {
      if (Math.abs(timeMs - this.#outage.triedAtMs) >= RETRY_EVERY_MS) this.#endOutage(this.#outage, timeMs);
    } else if (Math.abs(timeMs - this.#checkedAtMs) >= CHECK_EVERY_MS) {
      this.#checkedAtMs = timeMs;
      this.#report(timeMs);
      this.#reopenIfReplaced(timeMs);
    }
  }

  #reopenIfReplaced(timeMs: number): void {
    const file = this.#file;
    if (file === null) return;
    const error = attempt(() => {
      if (file.isInPlace()) return;
      file.dropStaleIndex();
      this.#closeFile();
      this.#file = new ChunkFile(this.#folder);
    });
    if (error !== null) this.#fail(error, timeMs);
  }

  #fail(error: string, timeMs: number): void {
    this.#closeFile();
    this.#outage = { error, droppedBytes: 0, triedAtMs: timeMs };
  }

  #drop(bytes: number, timeMs: number): void {
    this.droppedBytes += bytes;
    if (this.#outage === null) return;
    this.#outage.droppedBytes += bytes;
    this.#unreportedBytes += bytes;
    this.#lastError = this.#outage.error;
    this.#report(timeMs);
  }

  #report(timeMs: number): void {
    if (this.#unreportedBytes === 0 || Math.abs(timeMs - this.#reportedAtMs) < REPORT_EVERY_MS) return;
    const bytes = this.#unreportedBytes;
    this.#unreportedBytes = 0;
    this.#reportedAtMs = timeMs;
    this.#onDropped(bytes, this.#lastError);
  }

  /** Opens the log again and puts the marker at the beginning of a line, as a line of its own. Stays in the outage where that fails. */
  #endOutage(outage: Outage, timeMs: number): void {
    outage.triedAtMs = timeMs;
    if (this.#open() !== null || this.#file === null) return;
    const file = this.#file;
    const other = this.#stream === 'out' ? 'err' : 'out';
    const marker = Buffer.from(`[omniroute: ${outage.droppedBytes} bytes lost here: ${outage.error}]\n`);
    const marked =
      (!file.midLine || this.#endLine(file, this.#stream, timeMs)) &&
      (!this.#midLine[other] || this.#endLine(file, other, timeMs)) &&
      (outage.droppedBytes === 0 || file.appendWhole(marker, timeMs, this.#run, 'err', false));
    if (!marked) return this.#closeFile();
    this.#outage = null;
  }

  #endLine(file: ChunkFile, stream: LogStream, timeMs: number): boolean {
    this.#midLine[stream] = !file.appendWhole(LINE_END, timeMs, this.#run, stream, true);
    return !this.#midLine[stream];
  }
}

/**
 * Where the part of a chunk that belongs into this file ends; `from` itself: rotate first. The size limit gives way to a line's
 * end by at most `max_line`; a line longer than that is cut between two chunks.
 */
function partEnd(chunk: Uint8Array, from: number, file: ChunkFile, policy: LogPolicy): number {
  const room = policy.maxSizeBytes - file.sizeBytes;
  if (chunk.length - from <= room) return chunk.length;
  const fitting = room > 0 ? chunk.lastIndexOf(NEWLINE, from + room - 1) : -1;
  if (fitting >= from) return fitting + 1;
  if (file.sizeBytes > 0 && (!file.midLine || -room >= policy.maxLineBytes)) return from;
  const first = chunk.indexOf(NEWLINE, from);
  return first === -1 ? chunk.length : first + 1;
}

function newestRotated(folder: string): ChunkRecord | null {
  try {
    return lastRecord(indexPath(folder, 1));
  } catch {
    // Nothing was rotated yet, or it cannot be read: then there is nothing to continue.
    return null;
  }
}

function attempt(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
