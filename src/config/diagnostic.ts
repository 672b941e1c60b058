// A located problem in a file of the project, and how it is shown.
import { relative } from 'node:path';
import type { Place } from './place.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly place: Place | null;
  /** Of what is underlined, on the line of `place`. */
  readonly length: number;
  readonly hint: string | null;
  /** The line of `place` and those before it. */
  readonly excerpt: readonly ExcerptLine[];
  /** The service that it is about, where it is about one alone. */
  readonly service: string | null;
}

export interface ExcerptLine {
  readonly line: number;
  readonly text: string;
}

const WINDOW = 150;

/** `file:line:col error code: message` with the lines and what is wrong underlined; a file's path relative to `cwd`. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: { readonly color: boolean; readonly cwd: string }): string {
  const paint = options.color ? COLORS : PLAIN;
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, options.cwd, paint)}\n`).join('\n');
}

function renderDiagnostic(diagnostic: Diagnostic, cwd: string, paint: Paint): string {
  const { severity, code, message, place, excerpt, hint } = diagnostic;
  const where = place === null ? '' : `${paint.bold(`${showPath(place.file, cwd)}:${place.line}:${place.col}`)} `;
  const head = `${where}${severity === 'error' ? paint.red('error') : paint.yellow('warning')} ${code}: ${message}`;
  const width = String(excerpt.at(-1)?.line ?? 0).length + 3;
  const lines = excerpt.flatMap((each) => renderLine(each, diagnostic, width, paint));
  return [head, ...lines, ...(hint === null ? [] : [`${' '.repeat(width)} ${paint.dim('=')} ${hint}`])].join('\n');
}

function renderLine({ line, text }: ExcerptLine, { severity, place, length }: Diagnostic, width: number, paint: Paint): string[] {
  // A long line is shown around its mistake.
  const from = place !== null && place.col > WINDOW - 30 ? place.col - 31 : 0;
  const shown = text.slice(from, from + WINDOW).replaceAll('\t', ' ');
  const row = `${paint.dim(`${String(line).padStart(width)} │`)} ${shown}`.trimEnd();
  if (place === null || line !== place.line) return [row];
  const before = displayWidth(text.slice(from, place.col - 1));
  const marks = '^'.repeat(Math.max(1, displayWidth(text.slice(place.col - 1, place.col - 1 + Math.min(length, WINDOW)))));
  return [
    row,
    `${paint.dim(`${' '.repeat(width)} │`)} ${' '.repeat(before)}${severity === 'error' ? paint.red(marks) : paint.yellow(marks)}`,
  ];
}

/** Columns on a terminal: East Asian wide characters and emoji take two, marks that combine none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /\p{M}/u.test(character)
      ? 0
      : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Emoji_Presentation}/u.test(character)
        ? 2
        : 1;
  return width;
}

function showPath(file: string, cwd: string): string {
  return relative(cwd, file) || file;
}

interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const COLORS: Paint = { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), yellow: sgr(33, 39) };
const same = (text: string): string => text;
const PLAIN: Paint = { bold: same, dim: same, red: same, yellow: same };
