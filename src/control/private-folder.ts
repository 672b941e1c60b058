// Folders that only we may enter: whoever can write into one can put a socket of his own in place of ours.
import { lstatSync, mkdirSync } from 'node:fs';

const OWNER_ONLY = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

/** In words why the folder must not be trusted; null: it is ours alone to write, or is not there. */
export function distrustFolder(folder: string, uid: number): string | null {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (!stat.isDirectory()) return `${folder} is not a folder`;
  if (stat.uid !== uid) return `${folder} belongs to another user (uid ${stat.uid})`;
  if ((stat.mode & WRITABLE_BY_OTHERS) !== 0) return `${folder} can be written by other users (mode ${(stat.mode & 0o777).toString(8)})`;
  return null;
}

/** Makes the folder, mode 0700 whatever the umask allows; one that is there stays as it is. Throws what the file system throws. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: OWNER_ONLY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
