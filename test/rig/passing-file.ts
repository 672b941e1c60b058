import { readFileSync } from 'node:fs';

/** The text of a file that may go while it is looked at, as those of processes do; '' where it has gone. */
export function readPassing(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    // ESRCH: it ended between opening and reading. The others: it is none of ours.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
