// All files of one log, oldest first, as they stood at one moment although a writer may be rotating them.
import { statSync } from 'node:fs';
import { logPath } from './log-index.ts';
import { listRotations } from './log-rotation.ts';
import { LogSegment } from './log-segment.ts';

const MAX_ATTEMPTS = 20;

/**
 * Opens the files; none for a folder that does not exist. `tail`: whether bytes of the current file that have no record count.
 * Throws what the file system throws.
 */
export function openSegments(folder: string, { tail }: { tail: boolean }): LogSegment[] {
  for (let attempt = 1; ; attempt++) {
    const segments = openAll(folder);
    if (attempt === MAX_ATTEMPTS || currentInode(folder) === segments.at(-1)?.inode) {
      segments.forEach((segment, n) => segment.refresh({ tail: tail || n < segments.length - 1 }));
      return segments;
    }
    for (const segment of segments) segment.close();
  }
}

/** Which file `log` is at the moment; undefined: none. */
export function currentInode(folder: string): number | undefined {
  return statSync(logPath(folder, 0), { throwIfNoEntry: false })?.ino;
}

/** Every rotation replaces `log`: as long as it is the same file as before, all the others belong to it. */
function openAll(folder: string): LogSegment[] {
  const newestFirst: LogSegment[] = [];
  for (const n of [0, ...listRotations(folder)]) {
    const segment = LogSegment.open(folder, n);
    if (segment !== null) newestFirst.push(segment);
  }
  return newestFirst.reverse();
}
