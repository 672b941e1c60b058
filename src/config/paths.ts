import { dirname, resolve } from 'node:path';
import type { Span } from './source-file.ts';

/** A path of a file, absolute: `~` is the home folder, and a relative one starts at the folder of the file it is written in. */
export function resolvePath(path: string, span: Span, home: string): string {
  if (path === '~' || path.startsWith('~/')) return resolve(home, path.slice(2));
  return resolve(dirname(span.source.path), path);
}
