// Bytes that wait for the end of their line. One growing buffer: a program that prints dot by dot must not cost an object a dot.

const SMALLEST_BYTES = 256;

export class HeldBytes {
  length = 0;
  #buffer = Buffer.alloc(0);

  /** Copies the part from `start` to `end` of `source` behind what is held. */
  add(source: Buffer, start = 0, end = source.length): void {
    const needed = this.length + end - start;
    if (needed > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#buffer.length * 2, SMALLEST_BYTES));
      this.#buffer.copy(larger, 0, 0, this.length);
      this.#buffer = larger;
    }
    this.length += source.copy(this.#buffer, this.length, start, end);
  }

  /** What is held; valid until the next change. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Removes the first `bytes`. */
  dropFirst(bytes: number): void {
    this.#buffer.copy(this.#buffer, 0, bytes, this.length);
    this.length -= bytes;
  }
}
