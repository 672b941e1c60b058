// Text with colours in it, cut to the columns of a terminal. Of escapes it may hold only colours (SGR): these take no column.
import { padText, textWidth } from '../render/text-width.ts';
import type { TextRange } from './find-text.ts';

const SGR = /(\u001b\[[\d;:]*m)/;
const PRINTABLE_ASCII = /^[\u0020-\u007e]*$/;
const TAB = 8;
const graphemes = new Intl.Segmenter();

export interface Cut {
  /** The first column of the text that is shown. */
  readonly from: number;
  readonly columns: number;
  /** Shown inverse; positions in the text without its colours. */
  readonly marks: readonly TextRange[];
}

/** At most so many columns of the text, whole characters only, `…` where something is missing to the right. Colours end with it. */
export function cutStyled(text: string, { from, columns, marks }: Cut): string {
  const cells: Cell[] = [];
  let used = 0;
  for (const cell of cellsOf(text)) {
    const { column, width } = cell;
    if (column + width <= from) {
      // A colour that begins before the first column counts after it.
      if (cell.style !== '') cells.push({ ...cell, text: '', width: 0 });
      continue;
    }
    const isCutIn = column < from;
    cells.push(isCutIn ? { ...cell, text: ' '.repeat(column + width - from), width: column + width - from } : cell);
    used += isCutIn ? column + width - from : width;
    if (used > columns) break;
  }
  if (used > columns) {
    while (used > columns - 1 && cells.length > 0) used -= (cells.pop() as Cell).width;
    if (columns > 0) cells.push({ text: '…', style: '', width: 1, column: 0, offset: -1 });
  }
  const reset = cells.some(({ style }) => style !== '') ? '\u001b[0m' : '';
  return join(cells, marks) + reset;
}

/** The text in lines of so many columns, between words where there are any. */
export function wrapStyled(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line: Cell[] = [];
  let used = 0;
  for (const cell of cellsOf(text)) {
    if (used + cell.width > columns) {
      const rest = cell.text === ' ' ? [] : line.slice(line.findLastIndex(isSpace) + 1);
      // A line that is one word, indented or not, is cut where it is full.
      const whole = line.slice(0, line.length - rest.length);
      const breaks = !whole.every(isSpace);
      lines.push(join(breaks ? whole : line, []).trimEnd());
      line = breaks ? rest : [];
      used = line.reduce((sum, { width }) => sum + width, 0);
    }
    const isLost = line.length === 0 && lines.length > 0 && cell.text === ' ';
    line.push(isLost ? { ...cell, text: '', width: 0 } : cell);
    used += isLost ? 0 : cell.width;
  }
  return [...lines, join(line, [])];
}

function isSpace({ text }: Cell): boolean {
  return text === ' ';
}

/** One to the left, one to the right; the right one only where there is room for it. */
export function spread(left: string, right: string, columns: number): string {
  const gap = columns - textWidth(left) - textWidth(right);
  return gap < 2 ? left : left + padText('', gap, 'right') + right;
}

interface Cell {
  /** A whole character as people see it. */
  readonly text: string;
  /** Colours that begin before it. */
  readonly style: string;
  readonly width: number;
  readonly column: number;
  /** Of the character in the text without colours. */
  readonly offset: number;
}

function* cellsOf(text: string): Generator<Cell> {
  let column = 0;
  let offset = 0;
  let style = '';
  for (const [n, part] of text.split(SGR).entries()) {
    if (n % 2 === 1) {
      style += part;
      continue;
    }
    for (const grapheme of PRINTABLE_ASCII.test(part) ? part : segments(part)) {
      const isTab = grapheme === '\t';
      const width = isTab ? TAB - (column % TAB) : textWidth(grapheme);
      yield { text: isTab ? ' '.repeat(width) : grapheme, style, width, column, offset };
      style = '';
      column += width;
      offset += grapheme.length;
    }
  }
  if (style !== '') yield { text: '', style, width: 0, column, offset };
}

function* segments(text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) yield segment;
}

function join(cells: readonly Cell[], marks: readonly TextRange[]): string {
  let joined = '';
  let isMarked = false;
  for (const { text, style, offset } of cells) {
    const marked = marks.some(({ from, to }) => offset >= from && offset < to);
    // A colour may end every attribute before it, the mark too.
    if (isMarked && (!marked || style !== '')) joined += '\u001b[27m';
    joined += style;
    if (marked && (!isMarked || style !== '')) joined += '\u001b[7m';
    joined += text;
    isMarked = marked;
  }
  return isMarked ? `${joined}\u001b[27m` : joined;
}
