// From chunks to lines, for matching: bytes may be cut anywhere, also inside a character or an escape sequence.
// A lone carriage return begins the line anew, as on a terminal: of a progress bar the last state remains.
import { HeldBytes } from './held-bytes.ts';
import { decodeLine, lineStart, stripEscapes } from './line-text.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const NOTHING = Buffer.alloc(0);

export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #onLine: (line: string) => void;
  /** Beginning of a line whose end has not come yet. */
  readonly #held = new HeldBytes();
  #open = false;
  /** The last byte so far was a carriage return: more text begins the line anew. */
  #returned = false;

  /** `onLine` gets each line without its newline and escapes; of a line beyond `maxLineBytes` only its beginning. */
  constructor(maxLineBytes: number, onLine: (line: string) => void) {
    this.#maxLineBytes = maxLineBytes;
    this.#onLine = onLine;
  }

  /** Takes the next bytes; they may change once this returns. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to !== -1; to = bytes.indexOf(NEWLINE, from)) {
      this.#finish(bytes.subarray(from, to));
      from = to + 1;
    }
    if (from < bytes.length) this.#hold(bytes.subarray(from));
  }

  /** The stream has ended: a last line without newline counts too. */
  end(): void {
    if (this.#open) this.#finish(NOTHING);
  }

  #finish(rest: Buffer): void {
    let line = rest;
    if (this.#open) {
      this.#hold(rest);
      line = this.#held.view();
    }
    const text = stripEscapes(decodeLine(line.subarray(lineStart(line)), this.#maxLineBytes));
    this.#open = false;
    this.#returned = false;
    this.#held.clear();
    this.#onLine(text);
  }

  /** Keeps what may count of an unfinished line: one of any length costs no more than `maxLineBytes`. */
  #hold(part: Buffer): void {
    this.#open = true;
    if (part.length === 0) return;
    const start = lineStart(part);
    if (start > 0 || (this.#returned && part[0] !== CARRIAGE_RETURN)) this.#held.clear();
    this.#returned = part.at(-1) === CARRIAGE_RETURN;
    this.#held.add(part, start, Math.min(part.length, start + this.#maxLineBytes - this.#held.length));
  }
}
