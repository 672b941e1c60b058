import type { RecordedEntry } from '../../control/protocol.ts';
import { formatTime } from '../../logs/format.ts';
import type { Paint } from '../screen.ts';
import { paintEntry } from './state-color.ts';
import { padText, printable } from './text-width.ts';

/** One line of the journal: `2026-11-23 14:03:22.120  server  crashed  exit 1: "…"`. `nameWidth` aligns the names. */
export function renderEntry(entry: RecordedEntry, options: { readonly paint: Paint; readonly nameWidth: number }): string {
  const { paint, nameWidth } = options;
  const name = padText(entry.service ?? 'omniroute', nameWidth, 'right');
  const type = padText(entry.type, 10, 'right');
  return `${paint.dim(formatTime(entry.time))}  ${paint.bold(name)}  ${paintEntry(paint, entry.type, type)}  ${printable(entry.text)}\n`;
}

/** The supervisor's own voice between the lines of services, without a clock: `server ready: after 269 ms`. */
export function renderTalk(entry: RecordedEntry, options: { readonly paint: Paint; readonly nameWidth: number }): string {
  const { paint, nameWidth } = options;
  const what = entry.type.replaceAll('-', ' ');
  const about = entry.service === null ? what : `${entry.service} ${what}`;
  return `${paint.dim(`${padText('omniroute', nameWidth, 'right')} │`)} ${paintEntry(paint, entry.type, `${about}: ${printable(entry.text)}`)}\n`;
}
