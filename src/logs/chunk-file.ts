// The current log and its index, open for appending. A chunk goes to the log first and to the index second, so that a record
// never speaks of bytes that are not there.
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import type { LogStream } from '../spec.ts';
import { type ChunkRecord, decodeRecord, encodeRecord, indexPath, logPath, RECORD_BYTES } from './log-index.ts';

const NEWLINE = 10;

export class ChunkFile {
  sizeBytes = 0;
  /** The last byte of the log is not a newline. */
  midLine = false;
  /** Code of the error that made the last append fall short. */
  failure = '';
  /** The record that stood last when the index was opened; null for a new log. */
  readonly last: ChunkRecord | null;
  readonly #folder: string;
  readonly #log: number;
  readonly #index: number;
  readonly #record = Buffer.alloc(RECORD_BYTES);

  /** Opens the folder's log, or begins one, and repairs what a sudden death left. Throws what the file system throws. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // O_APPEND: bytes land at the end also after somebody has emptied the file under us.
    this.#log = openSync(logPath(folder, 0), 'a+', 0o600);
    this.#index = openOrClose(indexPath(folder, 0), this.#log);
    try {
      this.last = this.#recover();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Appends bytes `from` to `to` and their record. Returns how many were written; fewer than asked: `failure` says why. */
  append(chunk: Uint8Array, from: number, to: number, timeMs: number, run: number, stream: LogStream, continues: boolean): number {
    const written = this.#write(this.#log, chunk, from, to);
    if (written === 0) return 0;
    encodeRecord(this.#record, this.sizeBytes + written, timeMs, run, stream, continues);
    const recorded = this.#write(this.#index, this.#record, 0, RECORD_BYTES);
    if (recorded < RECORD_BYTES) {
      this.#takeBack(recorded);
      return 0;
    }
    this.sizeBytes += written;
    this.midLine = chunk[from + written - 1] !== NEWLINE;
    return written;
  }

  /** Appends all bytes, or nothing and returns false. */
  appendWhole(bytes: Uint8Array, timeMs: number, run: number, stream: LogStream, continues: boolean): boolean {
    const sizeBefore = this.sizeBytes;
    const written = this.append(bytes, 0, bytes.length, timeMs, run, stream, continues);
    if (written === bytes.length) return true;
    if (written > 0) {
      this.sizeBytes = sizeBefore;
      this.#takeBack(RECORD_BYTES);
    }
    return false;
  }

  /** Records the end of a run. Returns whether it could be written. */
  appendEnd(timeMs: number, run: number): boolean {
    encodeRecord(this.#record, this.sizeBytes, timeMs, run, 'out', false);
    const recorded = this.#write(this.#index, this.#record, 0, RECORD_BYTES);
    if (recorded < RECORD_BYTES) this.#takeBack(recorded);
    return recorded === RECORD_BYTES;
  }

  /** False once the files at these paths are others, or of another size, than those written here: somebody removed or emptied them. */
  isInPlace(): boolean {
    const log = statSync(logPath(this.#folder, 0), { throwIfNoEntry: false });
    const index = statSync(indexPath(this.#folder, 0), { throwIfNoEntry: false });
    if (log === undefined || index === undefined) return false;
    return log.ino === fstatSync(this.#log).ino && index.ino === fstatSync(this.#index).ino && log.size === this.sizeBytes;
  }

  /** Forgets the index of a log that somebody has emptied: its records speak of bytes that are gone. */
  dropStaleIndex(): void {
    if (fstatSync(this.#log).size < this.sizeBytes) ftruncateSync(this.#index, 0);
  }

  close(): void {
    closeSync(this.#log);
    closeSync(this.#index);
  }

  #write(fd: number, bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    try {
      while (at < to) at += writeSync(fd, bytes, at, to - at);
    } catch (error) {
      this.failure = (error as NodeJS.ErrnoException).code ?? String(error);
    }
    return at - from;
  }

  /** Cuts the log back to `sizeBytes`, and what was written of the last record. A log that cannot be cut is repaired when it is opened again. */
  #takeBack(recordBytes: number): void {
    try {
      ftruncateSync(this.#log, this.sizeBytes);
      if (recordBytes > 0) ftruncateSync(this.#index, fstatSync(this.#index).size - recordBytes);
    } catch (error) {
      this.failure = (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }

  /**
   * Trusts the sizes of the files: records beyond the log's end are cut, bytes without a record get one with the log's
   * modification time, and the run and stream last known.
   */
  #recover(): ChunkRecord | null {
    const log = fstatSync(this.#log);
    this.sizeBytes = log.size;
    const indexBytes = fstatSync(this.#index).size;
    let count = Math.floor(indexBytes / RECORD_BYTES);
    let last = this.#recordAt(count - 1);
    let beyond: ChunkRecord | null = null;
    while (last !== null && last.endBytes > log.size) {
      beyond = last;
      last = log.size === 0 ? null : this.#recordAt(--count - 1);
    }
    if (last === null) count = 0;
    if (count * RECORD_BYTES !== indexBytes) ftruncateSync(this.#index, count * RECORD_BYTES);
    if (log.size > 0) this.midLine = this.#lastByte(log.size) !== NEWLINE;
    if ((last?.endBytes ?? 0) === log.size) return last;
    const { run, stream, timeMs } = beyond ?? { run: last?.run ?? 0, stream: last?.stream ?? 'out', timeMs: Math.floor(log.mtimeMs) };
    encodeRecord(this.#record, log.size, timeMs, run, stream, true);
    writeSync(this.#index, this.#record);
    return decodeRecord(this.#record, 0);
  }

  #recordAt(n: number): ChunkRecord | null {
    if (n < 0) return null;
    readSync(this.#index, this.#record, 0, RECORD_BYTES, n * RECORD_BYTES);
    return decodeRecord(this.#record, 0);
  }

  #lastByte(sizeBytes: number): number | undefined {
    const byte = new Uint8Array(1);
    readSync(this.#log, byte, 0, 1, sizeBytes - 1);
    return byte[0];
  }
}

function openOrClose(path: string, other: number): number {
  try {
    return openSync(path, 'a+', 0o600);
  } catch (error) {
    closeSync(other);
    throw error;
  }
}
