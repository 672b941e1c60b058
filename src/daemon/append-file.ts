import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A text file that is only ever appended to, kept open, and begun anew (the old one as `.1`) past a size, or once somebody has removed it. */
export class AppendFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #fd: number | null = null;
  #bytes = 0;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** Throws what the disk says; the next call tries again. */
  append(text: string): void {
    if (this.#fd !== null && fstatSync(this.#fd).nlink === 0) this.close();
    if (this.#fd !== null && this.#bytes > this.#maxBytes) this.#rotate();
    const fd = this.#fd ?? this.#open();
    const written = writeSync(fd, text);
    if (written < Buffer.byteLength(text)) {
      // Half a line would spoil the next one.
      ftruncateSync(fd, this.#bytes);
      throw new Error('no space left on device');
    }
    this.#bytes += written;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const fd = openSync(this.#path, 'a', 0o600);
    this.#fd = fd;
    this.#bytes = fstatSync(fd).size;
    return fd;
  }

  #rotate(): void {
    this.close();
    renameSync(this.#path, `${this.#path}.1`);
  }
}
