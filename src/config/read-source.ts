// Reading a file of the project, and telling what it says from what it says later.
import { createHash } from 'node:crypto';
import { readFileSync, type Stats, statSync } from 'node:fs';
import { SourceFile } from './source-file.ts';

/** Above it a file is certainly not a project, and parsing would block for seconds. */
const MAX_BYTES = 4 * 1024 * 1024;

export type ReadResult =
  | { readonly ok: true; readonly source: SourceFile }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly hint: string | null };

/** Reads a file as UTF-8 text; a folder, a device, a huge or a binary file is refused in words. */
export function readSource(path: string): ReadResult {
  return readWithFingerprint(path).result;
}

/** The fingerprint is of the very bytes that the result was made of, and is what `fingerprintOf` says while the file stays as it is. */
export function readWithFingerprint(path: string): { readonly result: ReadResult; readonly fingerprint: string } {
  try {
    const stat = statSync(path);
    const unreadable = refuseUnread(stat);
    if (unreadable !== null) return { result: unreadable, fingerprint: fingerprintUnread(stat) };
    const bytes = readFileSync(path);
    return { result: decode(path, bytes), fingerprint: stat.isFile() ? digest(bytes) : fingerprintUnread(stat) };
  } catch (error) {
    return { result: refuse('no-file', describeReadError(error as NodeJS.ErrnoException)), fingerprint: fingerprintError(error) };
  }
}

/** Of what lies at a path now; only files are read. */
export function fingerprintOf(path: string): string {
  try {
    const stat = statSync(path);
    // Nobody knows when a pipe ends, and what has been read of it is gone.
    return stat.isFile() && refuseUnread(stat) === null ? digest(readFileSync(path)) : fingerprintUnread(stat);
  } catch (error) {
    return fingerprintError(error);
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function fingerprintUnread(stat: Stats): string {
  return stat.isFile() ? `${stat.size} bytes at ${stat.mtimeMs}` : 'no file';
}

function fingerprintError(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unreadable';
}

function refuseUnread(stat: Stats): ReadResult | null {
  // A pipe (`-f <(…)`) has no size and is read to its end.
  if (stat.isDirectory()) return refuse('not-a-file', 'this is a folder, not a file');
  // /dev/zero has no end.
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return refuse('not-a-file', 'this is a device, not a file');
  if (stat.size <= MAX_BYTES) return null;
  return refuse('too-big', `${Math.ceil(stat.size / 1024 / 1024)} MiB is no project file: at most 4 MiB are read`);
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
function describeReadError(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return 'there is no such file';
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'no permission to read it';
  if (error.code === 'ELOOP') return 'a link on the way leads in a circle';
  return error.message;
}
