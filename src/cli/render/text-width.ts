import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'fast-string-width';

/** A column each. */
const PLAIN = /^[ -~]*$/;

/** Columns that the text takes on a terminal; escapes take none. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Text that others wrote, on one line and without anything that could move the cursor. */
export function printable(text: string): string {
  const oneLine = stripVTControlCharacters(text).replace(/[\t\n\r]+/g, ' ');
  return oneLine.replace(CONTROL, '�');
}

/** Pads with spaces to `width` columns; longer text is returned as it is. */
export function padText(text: string, width: number, side: 'left' | 'right'): string {
  const gap = ' '.repeat(Math.max(0, width - textWidth(text)));
  return side === 'left' ? gap + text : text + gap;
}

/** Cuts plain text to at most `width` columns, with `…` where something is missing; whole characters only. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += textWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
