// Lines of a log for people. What a service prints must not act on the terminal of whoever reads it.

import { stripEscapes } from './line-text.ts';
import type { LogLine } from './log-query.ts';

export interface LineFormat {
  /** Columns of the name before the bar; null: no name. */
  readonly nameWidth: number | null;
  readonly showsTime: boolean;
  /** Colours `text`; `color` is a small number, the same for the same service always. */
  readonly paint: (text: string, color: number) => string;
  /** Keeps the service's own colours, and nothing else of its escapes. */
  readonly keepsColors: boolean;
  /** The text exactly as it came, whatever it does to the terminal. */
  readonly raw: boolean;
}

const COLORS = 6;
const SGR = /(\u001B\[[\d;:]*m)/;

/** One line without its newline: `14:03:07.123 name │ text`, a `!` in place of the bar's blank for stderr. */
export function formatLine(line: LogLine, format: LineFormat): string {
  const time = format.showsTime ? `${formatTime(line.time)} ` : '';
  const mark = line.stream === 'err' ? '!' : ' ';
  const name = format.nameWidth === null ? '' : format.paint(`${line.service.padEnd(format.nameWidth)} │`, colorOf(line.service)) + mark;
  return time + name + (format.raw ? line.text : safeText(line.text, format.keepsColors));
}

/** A line as an object of a stream of JSON lines. */
export function toJsonLine({ service, time, stream, run, text }: LogLine): { schema: 1 } & LogLine {
  return { schema: 1, time, service, stream, run, text };
}

/** Local time of day with its date, to the millisecond. */
export function formatTime(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** The text with every control character but the tab made visible: ␛ instead of an escape. */
export function neutralizeControls(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, visibleControl);
}

/** Unicode has a picture of each ASCII control character, of the others none. */
function visibleControl(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f) return '␡';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\uFFFD';
}

function safeText(text: string, keepsColors: boolean): string {
  const shown = text.slice(text.lastIndexOf('\r') + 1);
  if (!keepsColors || !shown.includes('\u001B')) return neutralizeControls(stripEscapes(shown));
  const parts = shown.split(SGR).map((part, n) => (n % 2 === 1 ? part : neutralizeControls(stripEscapes(part))));
  return `${parts.join('')}\u001B[0m`;
}

function colorOf(service: string): number {
  let hash = 0;
  for (let n = 0; n < service.length; n++) hash = (hash * 31 + service.charCodeAt(n)) % 65_521;
  return hash % COLORS;
}
