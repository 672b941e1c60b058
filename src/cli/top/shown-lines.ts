// Which of the kept lines are shown, and where among them the reader is.
import { findText } from './find-text.ts';
import type { KeptLine, LinePosition } from './kept-lines.ts';
import type { Model } from './model.ts';

/** The lines of the scope that pass the filter, the oldest first. */
export function shownLines({ lines, scope, selected, filter }: Model): readonly KeptLine[] {
  if (scope === 'all' && filter === '') return lines;
  return lines.filter(
    ({ service, text }) => (scope === 'all' || service === selected) && (filter === '' || findText(text, filter).length > 0),
  );
}

/** Index of that line or, where it is gone, of the last one before it; -1 where all are newer. */
export function indexOfLine(lines: readonly KeptLine[], position: LinePosition): number {
  const exact = lines.findLastIndex(({ serial }) => serial === position.serial);
  return exact === -1 ? lines.findLastIndex(({ time }) => time <= position.time) : exact;
}

/** The lines that `rows` rows show, and how many newer ones there are. */
export function windowOf(model: Model, rows: number): { readonly lines: readonly KeptLine[]; readonly newer: number } {
  const lines = shownLines(model);
  const end = endOf(model, lines, rows);
  return { lines: lines.slice(Math.max(0, end - rows), end), newer: lines.length - end };
}

/** One more than the index of the last line shown: never less than fills the pane. */
function endOf({ bottom }: Model, lines: readonly KeptLine[], rows: number): number {
  if (bottom === null) return lines.length;
  return Math.min(lines.length, Math.max(rows, indexOfLine(lines, bottom) + 1));
}

/** Scrolled by so many lines, up is negative. At the end it follows what comes again. */
export function scroll(model: Model, rows: number, by: number): Model {
  const lines = shownLines(model);
  const end = endOf(model, lines, rows) + by;
  return { ...model, bottom: end >= lines.length ? null : positionAt(lines, Math.max(rows, end) - 1) };
}

/** Stays at what is shown now. */
export function pause(model: Model): Model {
  const lines = shownLines(model);
  return { ...model, bottom: positionAt(lines, lines.length - 1) };
}

/** Goes to the next line with the searched text, in the middle of the pane where it was not to be seen. `-1`: older. */
export function goToMatch(model: Model, rows: number, direction: -1 | 1): Model | null {
  const lines = shownLines(model);
  const isMatch = ({ text }: KeptLine) => findText(text, model.search).length > 0;
  const from = model.found === null ? endOf(model, lines, rows) : indexOfLine(lines, model.found);
  const at =
    direction === -1 ? lines.slice(0, Math.max(0, from)).findLastIndex(isMatch) : lines.findIndex((line, n) => n > from && isMatch(line));
  if (at === -1) return null;
  const end = endOf(model, lines, rows);
  const isSeen = at < end && at >= end - rows;
  const wanted = isSeen ? end : at + 1 + Math.floor(rows / 2);
  return { ...model, found: positionAt(lines, at), bottom: positionAt(lines, Math.min(lines.length, Math.max(rows, wanted)) - 1) };
}

function positionAt(lines: readonly KeptLine[], index: number): LinePosition | null {
  const line = lines[Math.min(index, lines.length - 1)];
  return line === undefined ? null : { time: line.time, serial: line.serial };
}
