// Lines that services printed, several services side by side.
import { stripVTControlCharacters } from 'node:util';
import type { Paint, Screen } from '../screen.ts';
import { formatInstant } from './humanize.ts';
import { padText } from './text-width.ts';

export interface LogText {
  readonly service: string;
  readonly stream: 'out' | 'err';
  readonly text: string;
}

export interface LogLineOptions {
  readonly screen: Pick<Screen, 'paint' | 'color'>;
  /** Width of the names; null: no name before the line. */
  readonly nameWidth: number | null;
  /** Wall clock of the line; null: no time before it. */
  readonly atMs: number | null;
}

export function renderLogLine(line: LogText, options: LogLineOptions): string {
  const { paint, color } = options.screen;
  const time = options.atMs === null ? '' : `${paint.dim(preciseInstant(options.atMs))} `;
  const bar = line.stream === 'err' ? paint.red('|') : paint.dim('|');
  const name = options.nameWidth === null ? '' : `${nameColor(paint, line.service)(padText(line.service, options.nameWidth, 'right'))} ${bar} `;
  return `${name}${time}${cleanText(line.text, color)}\n`;
}

/** A name has the same colour in every run and every command. */
function nameColor(paint: Paint, service: string): (text: string) => string {
  const colors = [paint.cyan, paint.magenta, paint.green, paint.yellow, paint.blue, paint.cyanBright, paint.magentaBright, paint.greenBright];
  let hash = 0;
  for (const character of service) hash = (hash * 31 + (character.codePointAt(0) as number)) >>> 0;
  return colors[hash % colors.length] as (text: string) => string;
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is looked for
const COLOR_ESCAPE = /(\u001b\[[0-9;:]*m)/;
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: end

/** The service's colours stay where colours are wanted, and end with the line; what moves the cursor or sets the title goes. */
function cleanText(text: string, color: boolean): string {
  if (text.search(CONTROL) < 0) return text;
  const parts = color ? text.split(COLOR_ESCAPE) : [text];
  const clean = parts.map((part) => (COLOR_ESCAPE.test(part) && color ? part : plainText(part))).join('');
  return color && parts.length > 1 ? `${clean}\u001b[0m` : clean;
}

/** A carriage return stands between the states of a progress bar: each is kept. */
function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(/\r+$/, '').replace(/\r+/g, ' ').replace(CONTROL, '');
}

function preciseInstant(atMs: number): string {
  return `${formatInstant(atMs)}.${String(atMs % 1000).padStart(3, '0')}`;
}
