import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** Of what these files say now; one that cannot be read counts by the reason. */
export function hashSources(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source).update('\0').update(contentOf(source)).update('\0');
  return hash.digest('hex');
}

function contentOf(path: string): Buffer | string {
  try {
    // Nobody knows when a pipe ends, and what has been read of it is gone.
    return statSync(path).isFile() ? readFileSync(path) : 'no file';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}
