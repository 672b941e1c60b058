// All files of one log, oldest first, as they stood at one moment although a writer may be rotating them.
import { statSync } from 'node:fs';
import { logPath } from './log-index.ts';
import { listLogFiles, listRotations } from './log-rotation.ts';
import { LogSegment } from './log-segment.ts';

const MAX_ATTEMPTS = 50;

/**
 * Opens the files; none for a folder that does not exist. `tail`: whether bytes of the current file that have no record count.
 * Throws what the file system throws.
 */
export function openSegments(folder: string, { tail }: { tail: boolean }): LogSegment[] {
  for (let attempt = 1; ; attempt++) {
    const isWhole = isPaired(folder);
    const segments = openAll(folder);
    // Files only ever move on to higher numbers: where each still is where it was opened, all were there at one moment. Files
    // that stay unpaired were left so by a sudden death, or by hand.
    if (attempt === MAX_ATTEMPTS || (isWhole && segments.every((segment) => segment.isInPlace()) && isPaired(folder, segments.length))) {
      segments.forEach((segment, n) => segment.refresh({ tail: tail || n < segments.length - 1 }));
      return segments;
    }
    for (const segment of segments) segment.close();
  }
}

/** No rotation is under way as far as names tell: each log has its index and each index its log, and there are as many as given. */
function isPaired(folder: string, count?: number): boolean {
  const files = listLogFiles(folder);
  const rotations = new Set(files.map(({ rotation }) => rotation));
  return files.length === rotations.size * 2 && (count === undefined || rotations.size === count);
}

/** Which file `log` is at the moment; undefined: none. */
export function currentInode(folder: string): number | undefined {
  return statSync(logPath(folder, 0), { throwIfNoEntry: false })?.ino;
}

function openAll(folder: string): LogSegment[] {
  const newestFirst: LogSegment[] = [];
  for (const n of [0, ...listRotations(folder)]) {
    const segment = LogSegment.open(folder, n);
    if (segment !== null) newestFirst.push(segment);
  }
  return newestFirst.reverse();
}
