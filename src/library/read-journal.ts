// The journal of causes as it lies on disk: what happened before a supervisor was there, or is there any more, to tell.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEntry } from '../control/protocol.ts';

/** All entries that are kept, in order; null: no supervisor ever wrote any. Throws what the file system throws. */
export function readJournal(stateDir: string): RecordedEntry[] | null {
  const current = join(stateDir, 'supervisor', 'events');
  // The newer first: it may be renamed meanwhile, and be met again under the older one's name.
  const newer = openIfThere(current);
  const older = openIfThere(`${current}.1`);
  if (newer === null && older === null) return null;
  const entries: RecordedEntry[] = [];
  for (const entry of [older, newer].flatMap((fd) => (fd === null ? [] : readEntries(fd))))
    if (entry.seq > (entries.at(-1)?.seq ?? 0)) entries.push(entry);
  return entries;
}

function readEntries(fd: number): RecordedEntry[] {
  try {
    return readFileSync(fd, 'utf8').split('\n').flatMap(parse);
  } finally {
    closeSync(fd);
  }
}

/** A machine that lost its power may have left half a line. */
function parse(line: string): RecordedEntry[] {
  try {
    return [JSON.parse(line) as RecordedEntry];
  } catch {
    return [];
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
