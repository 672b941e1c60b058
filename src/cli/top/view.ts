// The whole screen as lines: pure, and drawn anew for every look; what is written is what differs.
import { formatElapsed, formatMemory, formatPercent } from '../render/humanize.ts';
import { paintState } from '../render/state-color.ts';
import { cutText, printable, textWidth } from '../render/text-width.ts';
import type { Paint, Screen } from '../screen.ts';
import { layOut, projectNotes, SMALLEST } from './layout.ts';
import { renderList } from './list-view.ts';
import { type Model, type Prompt, selectedService } from './model.ts';
import { renderPane } from './pane-view.ts';
import { windowOf } from './shown-lines.ts';
import { cutStyled, spread } from './styled-text.ts';

export interface ViewOptions {
  readonly nowMs: number;
  readonly screen: Pick<Screen, 'paint' | 'color'>;
}

/** As many lines as the terminal has rows, none wider than it. */
export function renderView(model: Model, options: ViewOptions): string[] {
  const { columns, rows } = model.size;
  const { screen, nowMs } = options;
  if (columns < SMALLEST.columns || rows < SMALLEST.rows)
    return fill(
      ['too small:', `${SMALLEST.columns} × ${SMALLEST.rows} is needed`, 'q leaves'].map((line) => cutText(line, columns)),
      rows,
    );
  const { listRows, noteRows, paneRows } = layOut(model);
  // What was last heard, and may not be so any more.
  const paint = model.lost === null ? screen.paint : fadedPaint(screen.paint);
  const cut = (line: string) => cutStyled(line, { from: 0, columns, marks: [] });
  return [
    cut(renderHeader(model, screen.paint)),
    ...fill(renderList(model, { rows: listRows, nowMs, paint }), listRows + 1),
    ...projectNotes(model, screen.paint).slice(0, noteRows).map(cut),
    cut(renderSelected(model, { nowMs, paint })),
    renderPaneTitle(model, { rows: paneRows, paint: screen.paint }),
    ...fill(renderPane(model, { rows: paneRows, nowMs, screen }), paneRows),
    renderLastLine(model, { nowMs, paint: screen.paint }),
  ];
}

function fill(lines: readonly string[], rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => lines[row] ?? '');
}

function fadedPaint(paint: Paint): Paint {
  const { dim } = paint;
  return { ...paint, bold: dim, green: dim, yellow: dim, red: dim, cyan: dim };
}

/** `shop  4 services: 3 ready, 1 backoff   cpu 4%  mem 312 M` */
function renderHeader({ project, size }: Model, paint: Paint): string {
  const { services } = project;
  const states = [...new Set(services.map(({ state }) => state))];
  const counts = states.map((state) =>
    paintState(paint, state, `${services.filter((service) => service.state === state).length} ${state}`),
  );
  const left = `${paint.bold(printable(project.name))}  ${counts.join(paint.dim(', '))}`;
  const right = paint.dim(
    `cpu ${formatPercent(total(services.map((s) => s.cpuPercent)))}  mem ${formatMemory(total(services.map((s) => s.memoryBytes)), null)}`,
  );
  return spread(left, right, size.columns);
}

function total(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** The whole sentence, for which the list has no room. */
function renderSelected(model: Model, { nowMs, paint }: { readonly nowMs: number; readonly paint: Paint }): string {
  const service = selectedService(model);
  if (service === null) return '';
  const why = service.why === '-' ? '' : `: ${printable(service.why)}`;
  const state = paintState(paint, service.state, service.state);
  const ports = Object.entries(service.ports).map(([name, port]) => paint.dim(` · ${name} ${port}`));
  return `  ${paint.bold(service.name)} ${state} ${paint.dim(`for ${formatElapsed(nowMs - service.since)}`)}${why}${ports.join('')}`;
}

/** `── logs of server ── filter "error" ───────── following ──` */
function renderPaneTitle(model: Model, { rows, paint }: { readonly rows: number; readonly paint: Paint }): string {
  const { columns } = model.size;
  const words = ['──', paneName(model), ...(model.pane === 'logs' ? logTraits(model) : [])];
  const right = model.pane === 'logs' ? `${place(model, rows)} ──` : '──';
  const left = cutText(words.join(' '), columns - textWidth(right) - 2);
  return paint.dim(`${left} ${'─'.repeat(Math.max(0, columns - textWidth(left) - textWidth(right) - 2))} ${right}`);
}

function paneName({ pane, scope, selected }: Model): string {
  if (pane === 'keys') return 'keys';
  if (pane === 'why') return `why ${selected}`;
  return scope === 'all' ? 'logs' : `logs of ${selected}`;
}

function logTraits({ filter, search, shift }: Model): string[] {
  return [
    ...(filter === '' ? [] : [`── only "${printable(filter)}"`]),
    ...(search === '' ? [] : [`── search "${printable(search)}"`]),
    ...(shift === 0 ? [] : [`── from column ${shift + 1}`]),
  ];
}

function place(model: Model, rows: number): string {
  if (model.bottom === null) return 'following';
  const { newer } = windowOf(model, rows);
  return newer === 0 ? 'held' : `held, ${newer} newer`;
}

/** How long an answer stands in the place of the keys. */
const NOTE_MS = 5000;

const HINTS: readonly string[] = [
  '↑↓ select',
  'q leave',
  '? keys',
  '⏎ its logs',
  'r restart',
  's start',
  'x stop',
  'w why',
  '/ search',
  'f filter',
];

/** What is typed, what is asked, what was answered; else the keys that fit. */
function renderLastLine(
  { prompt, stopping, note, size, scope }: Model,
  { nowMs, paint }: { readonly nowMs: number; readonly paint: Paint },
): string {
  const { columns } = size;
  if (prompt !== null) return renderPrompt(prompt, columns, paint);
  if (stopping !== null) return paint.yellow(cutText(`stop ${stopping}? y stops it, any other key does not`, columns));
  if (note !== null && nowMs - note.atMs < NOTE_MS) return (note.ok ? paint.green : paint.red)(cutText(printable(note.text), columns));
  const hints = HINTS.map((hint) => (scope === 'selected' ? hint.replace('its logs', 'all logs') : hint));
  let fitting = hints.length;
  while (fitting > 1 && textWidth(hints.slice(0, fitting).join('  ')) > columns) fitting -= 1;
  const shown = hints.slice(0, fitting);
  return shown.map((hint) => hint.replace(/^\S+/, (key) => paint.cyan(key))).join('  ');
}

/** The end of what is typed is always seen. */
function renderPrompt({ type, text }: Prompt, columns: number, paint: Paint): string {
  const label = type === 'search' ? 'search: ' : 'only lines with: ';
  const room = Math.max(1, columns - textWidth(label) - 1);
  const typed = printable(text);
  return `${paint.cyan(label)}${cutStyled(typed, { from: Math.max(0, textWidth(typed) - room), columns: room, marks: [] })}\u001b[7m \u001b[27m`;
}
