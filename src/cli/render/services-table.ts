// `ps`: one line a service, in the width of the terminal.
import type { HeldSocket, ProjectSnapshot, ServiceSnapshot } from '../../control/protocol.ts';
import type { Paint } from '../screen.ts';
import { formatBytes, formatElapsed, formatMemory, formatPercent, formatRemaining } from './humanize.ts';
import { paintState } from './state-color.ts';
import { renderTable } from './table.ts';
import { printable } from './text-width.ts';

export interface ServicesTableOptions {
  /** Services too that nobody asked for. */
  readonly all: boolean;
  readonly nowMs: number;
  /** Null: no limit. */
  readonly columns: number | null;
  readonly paint: Paint;
}

export function renderServicesTable(services: readonly ServiceSnapshot[], options: ServicesTableOptions): string {
  const { nowMs, paint } = options;
  const rows = options.all ? services : services.filter(isStarted);
  const cells = (cellOf: (service: ServiceSnapshot) => string) => rows.map(cellOf);
  return renderTable(
    [
      { title: 'SERVICE', cells: cells((s) => s.name), paintCell: paint.bold },
      {
        title: 'STATE',
        cells: cells((s) => stateCell(s, nowMs)),
        paintCell: (text, row) => paintState(paint, (rows[row] as ServiceSnapshot).state, text),
      },
      { title: 'PID', cells: cells((s) => dash(s.pid)), dropsAt: 5 },
      { title: 'UP', cells: cells((s) => (s.pid === null || s.startedAt === null ? '-' : formatElapsed(nowMs - s.startedAt))), dropsAt: 6 },
      { title: 'RESTARTS', cells: cells((s) => (s.run === null ? '-' : String(s.restarts))), dropsAt: 2 },
      { title: 'CPU', cells: cells((s) => formatPercent(s.cpuPercent)), dropsAt: 1 },
      { title: 'MEM', cells: cells((s) => formatMemory(s.memoryBytes, s.memoryLimitBytes)), dropsAt: 3 },
      {
        title: 'PORTS',
        cells: cells((s) => [...Object.values(s.ports), ...Object.values(s.sockets).map(shortAddress)].join(',') || '-'),
        dropsAt: 4,
      },
      { title: 'WHY', cells: cells((s) => s.why), shrinksTo: 20 },
    ],
    { columns: options.columns, paintTitle: paint.dim },
  );
}

/** What the table leaves out or cannot say; each line goes to stderr. */
export function renderProjectNotes(snapshot: ProjectSnapshot, options: { readonly all: boolean; readonly paint: Paint }): string[] {
  const { paint } = options;
  const hidden = options.all ? [] : snapshot.services.filter((service) => !isStarted(service));
  const notes: string[] = [];
  if (hidden.length > 0) notes.push(paint.dim(`not started: ${hidden.map((service) => service.name).join(', ')} (ps -a shows them)`));
  notes.push(...describeLostSockets(snapshot).map(paint.yellow));
  for (const { service, text } of snapshot.degraded)
    notes.push(paint.yellow(`degraded: ${service === null ? '' : `${service}: `}${printable(text)}`));
  for (const { name, droppedBytes } of snapshot.services)
    if (droppedBytes > 0) notes.push(paint.yellow(`${name}: ${formatBytes(droppedBytes)} of its output could not be written and are lost`));
  if (snapshot.phase === 'going-down') notes.push(paint.yellow('omniroute is going down'));
  if (snapshot.file.status !== 'current') notes.push(paint.yellow(describeFile(snapshot)));
  return notes;
}

/** The port, where there is one: the column is narrow. */
function shortAddress({ listen }: HeldSocket): string {
  return /:(\d+)$/.exec(listen)?.[1] ?? listen.slice(listen.lastIndexOf('/') + 1);
}

function describeLostSockets({ services }: ProjectSnapshot): string[] {
  // Of one that shall end they are let go of; one that waits for its turn may have others than the file says now.
  const lost = services.filter(
    ({ pid, desired, awaitsTurn, sockets }) =>
      pid !== null && desired === 'up' && !awaitsTurn && Object.values(sockets).some(({ held }) => !held),
  );
  return lost.map(
    ({ name }) => `the sockets of ${name} are its own until it restarts: it was taken over, and connections are refused meanwhile`,
  );
}

/** False: nobody asked for it, and it has no process and no story. */
export function isStarted(service: ServiceSnapshot): boolean {
  if (service.overlaps && service.desired === 'down' && service.state === 'stopped') return false;
  return service.desired === 'up' || service.state !== 'stopped' || service.run !== null;
}

function describeFile({ file, generation }: ProjectSnapshot): string {
  const what = { current: '', invalid: 'the file is invalid', 'rolled-back': 'the file was rolled back', refused: 'the file was refused' }[
    file.status
  ];
  return `${what}: ${printable(file.reason ?? 'no reason given')}; generation ${generation} runs on (omniroute validate)`;
}

export function stateCell(service: ServiceSnapshot, nowMs: number): string {
  if (service.state === 'backoff' && service.nextAt !== null) return `backoff ${formatRemaining(service.nextAt - nowMs)}`;
  return service.enabled ? service.state : `${service.state} (disabled)`;
}

function dash(value: number | null): string {
  return value === null ? '-' : String(value);
}
