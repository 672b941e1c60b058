// The lower part: logs with what happened between them, the chain of causes, or the keys.
import { formatLine } from '../../logs/format.ts';
import { lineFormat } from '../line-format.ts';
import { formatClock } from '../render/humanize.ts';
import { paintEntry } from '../render/state-color.ts';
import { cutText, padText, textWidth } from '../render/text-width.ts';
import { renderWhy } from '../render/why.ts';
import type { Screen } from '../screen.ts';
import { findText } from './find-text.ts';
import type { KeptLine } from './kept-lines.ts';
import type { Model } from './model.ts';
import { windowOf } from './shown-lines.ts';
import { cutStyled, wrapStyled } from './styled-text.ts';

const MAX_NAME_WIDTH = 16;
const OMNIROUTE = 'omniroute';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['↑ ↓  j k', 'select a service'],
  ['Enter', 'logs of the selected service alone, or of all again'],
  ['r  s  x', 'restart, start, stop the selected service'],
  ['w', 'why it is in its state, back to the line of the file'],
  ['/  n  N', 'search; the next older line, the next newer one'],
  ['f', 'filter: only lines with that text'],
  ['PgUp PgDn  K J', 'scroll; g the oldest, G or End follows again'],
  ['Space', 'hold still, to select and copy text; again follows'],
  ['← →  t', 'the rest of long lines; the time of each line'],
  ['Esc', 'back: closes this, then search and filter'],
  ['q  Ctrl-C', 'leave; everything runs on'],
];

export interface PaneOptions {
  readonly rows: number;
  readonly nowMs: number;
  readonly screen: Pick<Screen, 'paint' | 'color'>;
}

/** At most so many lines, none wider than the terminal. */
export function renderPane(model: Model, options: PaneOptions): string[] {
  const { columns } = model.size;
  switch (model.pane) {
    case 'logs':
      return windowOf(model, options.rows).lines.map((line) => renderLine(model, line, options));
    case 'why':
      return renderCauses(model, options)
        .flatMap((line) => wrapStyled(line, columns))
        .slice(0, options.rows);
    case 'keys':
      return KEYS.map(([keys, what]) => cutText(`  ${padText(keys, 16, 'right')}${what}`, columns)).slice(0, options.rows);
  }
}

function renderCauses({ why, selected }: Model, { nowMs, screen }: PaneOptions): string[] {
  if (why === null) return [screen.paint.dim(`asking why ${selected} is as it is …`)];
  return renderWhy(why, { nowMs, paint: screen.paint }).trimEnd().split('\n');
}

/** `name │ text`; the name stays where it is when the text is shifted. */
function renderLine(model: Model, kept: KeptLine, { screen }: PaneOptions): string {
  const found = model.found?.serial === kept.serial ? screen.paint.cyan('▸') : null;
  const time = model.showsTime ? `${screen.paint.dim(formatClock(kept.time))} ` : '';
  const name = model.scope === 'all' ? (found ?? ' ') + renderName(kept, nameWidthOf(model), screen) : `${found ?? markOf(kept)} `;
  const before = cutStyled(time + name, { from: 0, columns: model.size.columns, marks: [] });
  const columns = Math.max(0, model.size.columns - textWidth(before));
  return before + cutStyled(renderText(kept, screen), { from: model.shift, columns, marks: findText(kept.text, model.search) });
}

/** Where no name stands before the text. */
function markOf({ content }: KeptLine): string {
  return content.type === 'entry' ? '·' : content.line.stream === 'err' ? '!' : ' ';
}

function nameWidthOf({ project }: Model): number {
  return Math.min(MAX_NAME_WIDTH, Math.max(OMNIROUTE.length, ...project.services.map(({ name }) => name.length)));
}

function renderName({ content, service }: KeptLine, nameWidth: number, { paint, color }: PaneOptions['screen']): string {
  if (content.type === 'entry') return paint.dim(`${padText(OMNIROUTE, nameWidth, 'right')} │ `);
  const format = lineFormat({ paint, color }, { nameWidth, showsTime: false });
  return formatLine({ ...content.line, service: cutText(service ?? '', nameWidth), text: '' }, format);
}

function renderText({ content, text }: KeptLine, screen: PaneOptions['screen']): string {
  if (content.type === 'entry') return paintEntry(screen.paint, content.entry.type, text);
  return formatLine(content.line, lineFormat(screen, { nameWidth: null, showsTime: false }));
}
