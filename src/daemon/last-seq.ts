import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RecordedEntry } from '../supervisor/journal-entry.ts';

const BLOCK_BYTES = 16_384;

/** Number of the last entry that these files, the newest first, hold whole; 0: there is none. Reads them from the end, as they may be long. */
export function lastSeqOf(paths: readonly string[]): number {
  for (const path of paths) {
    const seq = existsSync(path) ? lastSeqIn(path) : null;
    if (seq !== null) return seq;
  }
  return 0;
}

function lastSeqIn(path: string): number | null {
  const fd = openSync(path, 'r');
  try {
    let tail = Buffer.alloc(0);
    for (let from = fstatSync(fd).size; from > 0; ) {
      const block = Buffer.alloc(Math.min(BLOCK_BYTES, from));
      from -= block.length;
      readSync(fd, block, 0, block.length, from);
      tail = Buffer.concat([block, tail]);
      const lines = tail.toString().split('\n');
      const seq = lastWhole(from === 0 ? lines : lines.slice(1));
      if (seq !== null) return seq;
    }
    return null;
  } finally {
    closeSync(fd);
  }
}

/** A machine that lost its power may have left half a line. */
function lastWhole(lines: readonly string[]): number | null {
  for (const line of lines.toReversed()) {
    try {
      return (JSON.parse(line) as RecordedEntry).seq;
    } catch {}
  }
  return null;
}
