// The page as it was built: read once, so that no path of a request ever reaches the file system.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly contentType: string;
  readonly body: Buffer;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Files of the folder by the path they are asked for with; `/` is index.html. Throws where the folder cannot be read. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = readdirSync(folder).flatMap((name): [string, PageFile][] => {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined) return [];
    return [[name === 'index.html' ? '/' : `/${name}`, { contentType, body: readFileSync(join(folder, name)) }]];
  });
  return new Map(files);
}
