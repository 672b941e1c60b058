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
  return `${name}${time}${color ? keepColors(line.text) : stripVTControlCharacters(line.text)}\n`;
}

/** A name has the same colour in every run and every command. */
function nameColor(paint: Paint, service: string): (text: string) => string {
  const colors = [paint.cyan, paint.magenta, paint.green, paint.yellow, paint.blue, paint.cyanBright, paint.magentaBright, paint.greenBright];
  let hash = 0;
  for (const character of service) hash = (hash * 31 + (character.codePointAt(0) as number)) >>> 0;
  return colors[hash % colors.length] as (text: string) => string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const ESCAPE = /\u001b\[[0-9;:]*m|\u001b/g;

/** The service's colours stay, what moves the cursor or sets the title goes; colours end with the line. */
function keepColors(text: string): string {
  if (!text.includes('\u001b')) return text;
  const colors: string[] = [];
  const held = text.replace(ESCAPE, (escape) => (escape.length === 1 ? escape : `\u0000${colors.push(escape) - 1}\u0000`));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks set above
  const kept = stripVTControlCharacters(held).replace(/\u0000(\d+)\u0000/g, (_, at) => colors[Number(at)] ?? '');
  return `${kept}\u001b[0m`;
}

function preciseInstant(atMs: number): string {
  return `${formatInstant(atMs)}.${String(atMs % 1000).padStart(3, '0')}`;
}
