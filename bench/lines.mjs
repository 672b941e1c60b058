// The lines of the log scenario: each has its number, so that a lost, doubled or displaced one is found.
import { closeSync, openSync, readSync } from 'node:fs';

export const LINE_BYTES = 100;
const FILLER = 'x'.repeat(LINE_BYTES - 11);

export function lineOf(number) {
  return `${String(number).padStart(9, '0')} ${FILLER}\n`;
}

/** How many lines of the file differ from the one that belongs in their place; a missing or doubled line displaces all after it. */
export function countWrongLines(path, lines) {
  const fd = openSync(path, 'r');
  const buffer = Buffer.alloc(LINE_BYTES * 10_000);
  let wrong = 0;
  let line = 0;
  try {
    for (let bytes = readSync(fd, buffer); bytes > 0; bytes = readSync(fd, buffer)) {
      for (let at = 0; at < bytes; at += LINE_BYTES) {
        if (buffer.toString('latin1', at, Math.min(bytes, at + LINE_BYTES)) !== lineOf(line++)) wrong++;
      }
    }
  } finally {
    closeSync(fd);
  }
  return wrong + Math.abs(lines - line);
}
