// The text of a file of the project, and where its offsets are.
import { readFileSync, statSync } from 'node:fs';
import type { Place } from './place.ts';

/** Above it a file is certainly not a project, and parsing would block a running supervisor for seconds. */
const MAX_BYTES = 4 * 1024 * 1024;

export class SourceFile {
  readonly path: string;
  readonly text: string;
  #lineStarts: number[] | null = null;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  placeAt(offset: number): Place {
    const starts = this.#starts();
    let low = 0;
    for (let high = starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.path, line: low + 1, col: offset - (starts[low] as number) + 1 };
  }

  /** Without its line end; null beyond the last one. */
  lineText(line: number): string | null {
    const start = this.#starts()[line - 1];
    if (start === undefined) return null;
    const end = this.text.indexOf('\n', start);
    return this.text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
  }

  #starts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}

/** A part of a source file, as offsets. */
export interface Span {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

export type ReadResult =
  | { readonly ok: true; readonly source: SourceFile }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly hint: string | null };

/** Reads a file as UTF-8 text; a folder, a device, a huge or a binary file is refused in words. */
export function readSource(path: string): ReadResult {
  try {
    const stat = statSync(path);
    // A pipe (`-f <(…)`) has no size and is read to its end.
    if (stat.isDirectory()) return refuse('not-a-file', 'this is a folder, not a file');
    // /dev/zero has no end.
    if (stat.isCharacterDevice() || stat.isBlockDevice()) return refuse('not-a-file', 'this is a device, not a file');
    if (stat.size > MAX_BYTES)
      return refuse('too-big', `${Math.ceil(stat.size / 1024 / 1024)} MiB is no project file: at most 4 MiB are read`);
    return decode(path, readFileSync(path));
  } catch (error) {
    return refuse('no-file', describeReadError(error as NodeJS.ErrnoException));
  }
}

function decode(path: string, bytes: Uint8Array): ReadResult {
  const hint = 'save it as UTF-8';
  if (bytes.includes(0)) return refuse('binary', 'this is a binary file, not text: it holds NUL bytes', hint);
  try {
    return { ok: true, source: new SourceFile(path, new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return refuse('binary', 'this is not UTF-8 text', hint);
  }
}

function refuse(code: string, message: string, hint: string | null = null): ReadResult {
  return { ok: false, code, message, hint };
}

/** In words, without the path. */
export function describeReadError(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return 'there is no such file';
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'no permission to read it';
  return error.message;
}
