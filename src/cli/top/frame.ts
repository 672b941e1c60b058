import type { Size } from './model.ts';

// A terminal that knows it shows the frame as a whole; the others ignore it.
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

/** The bytes that turn the lines shown into those wanted, nothing where they are the same. `before` null: what is shown is not known. */
export function renderFrame(before: readonly string[] | null, after: readonly string[], { rows }: Size): string {
  const changes = after
    .slice(0, rows)
    .flatMap((line, row) => (before?.[row] === line ? [] : [`\u001b[${row + 1};1H\u001b[2K${line}\u001b[0m`]));
  if (changes.length === 0) return '';
  return BEGIN + (before === null ? '\u001b[2J' : '') + changes.join('') + END;
}
