// The list of services: the table of `ps`, with a bar for the memory.
import type { ServiceSnapshot } from '../../control/protocol.ts';
import { formatElapsed, formatMemory, formatPercent } from '../render/humanize.ts';
import { stateCell } from '../render/services-table.ts';
import { paintState } from '../render/state-color.ts';
import { renderTable } from '../render/table.ts';
import { padText } from '../render/text-width.ts';
import type { Paint } from '../screen.ts';
import type { Model } from './model.ts';
import { spread } from './styled-text.ts';

const BAR_WIDTH = 8;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const MARK = '▸ ';
const NO_MARK = '  ';

/** The titles, and the rows that fit with the selected one among them. */
export function renderList(model: Model, options: { readonly rows: number; readonly nowMs: number; readonly paint: Paint }): string[] {
  const { paint, rows } = options;
  const { services } = model.project;
  if (services.length === 0) return [paint.dim('  the project has no services')];
  const table = renderRows(services, { ...options, columns: model.size.columns - MARK.length });
  const [titles, ...lines] = table.split('\n').slice(0, -1);
  const at = services.findIndex(({ name }) => name === model.selected);
  const first = Math.max(0, Math.min(at - Math.floor(rows / 2), services.length - rows));
  const marked = lines.map((line, n) => (n === at ? paint.cyan(MARK) : NO_MARK) + line);
  const place = lines.length > rows ? paint.dim(`${first + 1}-${first + rows} of ${lines.length}`) : '';
  return [spread(NO_MARK + titles, place, model.size.columns), ...marked.slice(first, first + rows)];
}

function renderRows(
  services: readonly ServiceSnapshot[],
  { columns, nowMs, paint }: { readonly columns: number; readonly nowMs: number; readonly paint: Paint },
): string {
  // Columns that do not move when a figure gets a digit more.
  const cells = (width: number, cellOf: (service: ServiceSnapshot) => string) => services.map((s) => padText(cellOf(s), width, 'right'));
  const hasBars = services.some(({ memoryLimitBytes }) => memoryLimitBytes !== null);
  return renderTable(
    [
      { title: 'SERVICE', cells: cells(0, (s) => s.name), paintCell: paint.bold },
      {
        title: 'STATE',
        cells: cells(9, (s) => stateCell(s, nowMs)),
        paintCell: (text, row) => paintState(paint, (services[row] as ServiceSnapshot).state, text),
      },
      { title: 'PID', cells: cells(0, (s) => (s.pid === null ? '-' : String(s.pid))), dropsAt: 4 },
      { title: 'UP', cells: cells(6, (s) => uptime(s, nowMs)), dropsAt: 5 },
      { title: 'RESTARTS', cells: cells(0, (s) => (s.run === null ? '-' : String(s.restarts))), dropsAt: 2 },
      { title: 'CPU', cells: cells(5, (s) => formatPercent(s.cpuPercent)), dropsAt: 3 },
      {
        title: 'MEM',
        cells: cells(0, (s) => memoryCell(s, { hasBars })),
        paintCell: (text, row) => paintBar(paint, text, services[row] as ServiceSnapshot),
        dropsAt: 6,
      },
      { title: 'WHY', cells: cells(20, (s) => s.why), shrinksTo: 16, dropsAt: 1, paintCell: paint.dim },
    ],
    { columns, paintTitle: paint.dim },
  );
}

function uptime({ pid, startedAt }: ServiceSnapshot, nowMs: number): string {
  return pid === null || startedAt === null ? '-' : formatElapsed(nowMs - startedAt);
}

function memoryCell({ memoryBytes, memoryLimitBytes }: ServiceSnapshot, { hasBars }: { readonly hasBars: boolean }): string {
  const text = formatMemory(memoryBytes, memoryLimitBytes);
  if (!hasBars) return text;
  const isBar = memoryBytes !== null && memoryLimitBytes !== null;
  return `${isBar ? bar(memoryBytes / memoryLimitBytes) : ' '.repeat(BAR_WIDTH)} ${text}`;
}

/** `██▌░░░░░` */
function bar(share: number): string {
  const eighths = Math.round(Math.min(1, share) * BAR_WIDTH * EIGHTHS.length);
  const whole = '█'.repeat(Math.floor(eighths / EIGHTHS.length)) + EIGHTHS[eighths % EIGHTHS.length];
  return whole.padEnd(BAR_WIDTH, '░');
}

function paintBar(paint: Paint, text: string, { memoryBytes, memoryLimitBytes }: ServiceSnapshot): string {
  if (memoryBytes === null || memoryLimitBytes === null) return text;
  const share = memoryBytes / memoryLimitBytes;
  const color = share > 0.9 ? paint.red : share > 0.7 ? paint.yellow : paint.green;
  const used = text.slice(0, BAR_WIDTH).replace(/░+$/, '');
  return color(used) + paint.dim(text.slice(used.length, BAR_WIDTH)) + text.slice(BAR_WIDTH);
}
