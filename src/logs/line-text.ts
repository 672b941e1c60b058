// From the bytes of one line to what a person reads.
import { stripVTControlCharacters } from 'node:util';

const CARRIAGE_RETURN = 13;

/** The text of a line whose newline is cut, at most `maxBytes` of it; bytes that are no UTF-8 become U+FFFD. */
export function decodeLine(bytes: Buffer, maxBytes: number): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === CARRIAGE_RETURN) end--;
  return bytes.toString('utf8', 0, end > maxBytes ? characterStart(bytes, maxBytes) : end);
}

/** Where the visible part of a line begins: behind the last carriage return that something follows, 0 where there is none. */
export function lineStart(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === CARRIAGE_RETURN) end--;
  return end === 0 ? 0 : bytes.lastIndexOf(CARRIAGE_RETURN, end - 1) + 1;
}

/** Without escape sequences (colours, titles, links). */
export function stripEscapes(text: string): string {
  return text.includes('\u001B') || text.includes('\u009B') ? stripVTControlCharacters(text) : text;
}

/** A line as a terminal leaves it, without colours. */
export function visibleText(text: string): string {
  return stripEscapes(text.slice(text.lastIndexOf('\r') + 1));
}

/** The last position at or before `at` that does not cut a UTF-8 character; `at` itself where the bytes are no UTF-8. */
export function characterStart(bytes: Uint8Array, at: number): number {
  for (let start = at; start > at - 4 && start >= 0; start--) {
    if (((bytes[start] ?? 0) & 0xc0) !== 0x80) return start;
  }
  return at;
}
