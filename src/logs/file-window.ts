// A view of one block of a file at a time: reading runs forwards and backwards through it in small steps.
import { readSync } from 'node:fs';

const BLOCK_BYTES = 65_536;

export class FileWindow {
  buffer = Buffer.alloc(0);
  #from = 0;
  #loaded = 0;

  /** Bytes of the file from `from` on, to `to` or the end of their block, fewer where the file ends. Valid until the next call. */
  read(fd: number, from: number, to: number): Buffer {
    const start = this.locate(fd, from, to);
    const length = Math.min(to - from, this.#loaded - start, BLOCK_BYTES - start);
    return this.buffer.subarray(start, start + Math.max(0, length));
  }

  /** Where in `buffer` the byte at `from` is, and those behind it up to `to` or the end of their block. */
  locate(fd: number, from: number, to: number): number {
    const blockFrom = from - (from % BLOCK_BYTES);
    if (blockFrom !== this.#from || Math.min(to, blockFrom + BLOCK_BYTES) > this.#from + this.#loaded) this.#load(fd, blockFrom);
    return from - blockFrom;
  }

  /** The file has changed where it was read already. */
  forget(): void {
    this.#loaded = 0;
  }

  #load(fd: number, from: number): void {
    if (this.buffer.length === 0) this.buffer = Buffer.alloc(BLOCK_BYTES);
    this.#from = from;
    this.#loaded = readSync(fd, this.buffer, 0, BLOCK_BYTES, from);
  }
}
