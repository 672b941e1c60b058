import { readFileSync } from 'node:fs';

/** Null where the file cannot be read, for whatever reason. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
