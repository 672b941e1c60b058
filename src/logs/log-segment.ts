// One file of a log, open for reading, and its index. What lies between the last record and the end of the log, left by a sudden
// death, is shown as one more record: its time is the file's, its run and stream the last known.
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { FileWindow } from './file-window.ts';
import { type ChunkRecord, decodeEnd, decodeRecord, indexPath, logPath, RECORD_BYTES } from './log-index.ts';

export class LogSegment {
  readonly inode: number;
  mtimeMs = 0;
  sizeBytes = 0;
  /** Records that can be asked for. */
  count = 0;
  readonly #folder: string;
  readonly #rotation: number;
  readonly #log: number;
  readonly #index: number | null;
  #indexedCount = 0;
  readonly #records = new FileWindow();
  readonly #bytes = new FileWindow();

  private constructor(folder: string, rotation: number, log: number, index: number | null) {
    this.#folder = folder;
    this.#rotation = rotation;
    this.#log = log;
    this.#index = index;
    this.inode = fstatSync(log).ino;
  }

  /** Null where there is no such log; one without an index is a single chunk. Throws what else the file system throws. */
  static open(folder: string, rotation: number): LogSegment | null {
    const log = openIfThere(logPath(folder, rotation));
    return log === null ? null : new LogSegment(folder, rotation, log, openIfThere(indexPath(folder, rotation)));
  }

  /** Whether both files still have the names under which they were opened. */
  isInPlace(): boolean {
    const log = statSync(logPath(this.#folder, this.#rotation), { throwIfNoEntry: false });
    const index = statSync(indexPath(this.#folder, this.#rotation), { throwIfNoEntry: false });
    return log?.ino === this.inode && index?.ino === (this.#index === null ? undefined : fstatSync(this.#index).ino);
  }

  /** Takes in what was written since. `tail`: whether bytes without a record count, or are still to get theirs. */
  refresh({ tail }: { tail: boolean }): void {
    this.#indexedCount = this.#countIndexed();
    const { size, mtimeMs } = fstatSync(this.#log);
    if (size < this.sizeBytes) this.#bytes.forget();
    this.sizeBytes = size;
    this.mtimeMs = mtimeMs;
    // An index that grows meanwhile has a writer that lives: it is about to record what lies behind.
    const hasTail = tail && size > this.endOf(this.#indexedCount - 1) && this.#countIndexed() === this.#indexedCount;
    this.count = this.#indexedCount + (hasTail ? 1 : 0);
  }

  record(n: number): ChunkRecord {
    if (n < this.#indexedCount) return this.#recordAt(n);
    const last = n === 0 ? null : this.#recordAt(n - 1);
    const unknown = { timeMs: Math.floor(this.mtimeMs), run: last?.run ?? 0, stream: last?.stream ?? 'out' };
    return { ...unknown, endBytes: this.sizeBytes, continues: true };
  }

  /** Where chunk `n` ends in the log; 0 for -1. */
  endOf(n: number): number {
    if (n < 0) return 0;
    if (n >= this.#indexedCount) return this.sizeBytes;
    const at = this.#locate(n);
    return decodeEnd(this.#records.buffer, at);
  }

  /** At least one of the log's bytes from `from`, at most up to `to`; none where the file has been cut. Valid until the next call. */
  bytes(from: number, to: number): Buffer {
    return this.#bytes.read(this.#log, from, Math.min(to, this.sizeBytes));
  }

  /** The log was emptied and begun anew since `n` of its records were read. */
  hasRestarted(n: number): boolean {
    return this.count < n;
  }

  /** Forgets what was read of the index: it has changed. */
  forget(): void {
    this.#records.forget();
    this.#bytes.forget();
  }

  close(): void {
    closeSync(this.#log);
    if (this.#index !== null) closeSync(this.#index);
  }

  #countIndexed(): number {
    return this.#index === null ? 0 : Math.floor(fstatSync(this.#index).size / RECORD_BYTES);
  }

  #recordAt(n: number): ChunkRecord {
    const at = this.#locate(n);
    return decodeRecord(this.#records.buffer, at);
  }

  #locate(n: number): number {
    const at = n * RECORD_BYTES;
    return this.#records.locate(this.#index ?? -1, at, at + RECORD_BYTES);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
