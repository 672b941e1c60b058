// What became of the numbered lines of test/soak/flood.mjs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FloodFindings {
  readonly lines: number;
  /** Places where numbers are missing, and how many bytes at the most in one place. */
  readonly gaps: number;
  readonly largestGapBytes: number;
  /** Lines that came twice or out of order. */
  readonly displaced: number;
  /** Pieces of lines: where something was lost, the line before and the line after are cut. */
  readonly torn: number;
}

const LINE = /^flood (\d+) (\d+) x{60}$/;

/** Of a log folder with all its rotated files. */
export function checkFlood(folder: string): FloodFindings {
  const last = new Map<string, number>();
  let [lines, gaps, largestGapBytes, displaced, torn] = [0, 0, 0, 0, 0];
  for (const text of readLinesOf(folder)) {
    const [, pid = '', digits = ''] = LINE.exec(text) ?? [];
    if (pid === '') {
      torn += 1;
      continue;
    }
    lines += 1;
    const number = Number(digits);
    const before = last.get(pid) ?? 0;
    if (number <= before) displaced += 1;
    else if (number > before + 1) {
      gaps += 1;
      largestGapBytes = Math.max(largestGapBytes, (number - before - 1) * (text.length + 1));
    }
    last.set(pid, number);
  }
  return { lines, gaps, largestGapBytes, displaced, torn };
}

/** The oldest file has the highest number; a line may begin in one and end in the next. */
function readLinesOf(folder: string): string[] {
  const numberOf = (name: string): number => Number(name.slice('log.'.length) || 0);
  const files = readdirSync(folder).filter((name) => /^log(\.\d+)?$/.test(name));
  const text = files
    .sort((a, b) => numberOf(b) - numberOf(a))
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
  return text.split('\n').filter((line) => line !== '');
}
