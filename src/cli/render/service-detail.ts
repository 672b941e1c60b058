// `status SERVICE`: everything known about one service.
import type { ServiceSnapshot } from '../../control/protocol.ts';
import type { Paint } from '../screen.ts';
import { formatBytes, formatElapsed, formatInstant, formatMemory, formatPercent, formatRemaining } from './humanize.ts';
import { paintState } from './state-color.ts';
import { printable } from './text-width.ts';

export function renderServiceDetail(service: ServiceSnapshot, options: { readonly nowMs: number; readonly paint: Paint }): string {
  const { nowMs, paint } = options;
  const title = service.description === null ? paint.bold(service.name) : `${paint.bold(service.name)} — ${printable(service.description)}`;
  const lines = rowsOf(service, nowMs)
    .filter(([, value]) => value !== null)
    .map(([label, value]) => {
      const text = printable(value as string);
      return `  ${paint.dim(label.padEnd(11))} ${label === 'state' ? paintState(paint, service.state, text) : text}`;
    });
  return `${[title, ...lines].join('\n')}\n`;
}

function rowsOf(service: ServiceSnapshot, nowMs: number): [label: string, value: string | null][] {
  return [
    [
      'state',
      `${service.state} for ${formatElapsed(nowMs - service.since)}${service.nextAt === null ? '' : `, acts in ${formatRemaining(service.nextAt - nowMs)}`}`,
    ],
    ['why', service.why === '-' ? null : service.why],
    ['schedule', schedule(service)],
    ['wanted', wanted(service)],
    ['process', service.pid === null ? null : `pid ${service.pid}, run ${service.run}`],
    [
      'held by',
      service.containment === null
        ? null
        : service.containment === 'cgroup'
          ? 'a control group of its own'
          : 'its process group and its marks',
    ],
    [
      'started',
      service.pid === null || service.startedAt === null
        ? null
        : `${formatInstant(service.startedAt)} (${formatElapsed(nowMs - service.startedAt)} ago)`,
    ],
    ['restarts', `${service.restarts}; ${attempts(service)} attempts used`],
    ['last end', lastEnd(service, nowMs)],
    ['cpu', service.cpuPercent === null ? null : formatPercent(service.cpuPercent)],
    ['memory', service.memoryBytes === null ? null : formatMemory(service.memoryBytes, service.memoryLimitBytes)],
    ['ports', entries(service.ports)],
    ['sockets', sockets(service)],
    ['outputs', entries(service.outputs)],
    ['depends on', service.dependsOn.join(', ') || null],
    ['log', service.logFile],
    ['lost output', service.droppedBytes === 0 ? null : formatBytes(service.droppedBytes)],
  ];
}

/** The crash after which it gave up was counted too, and was no attempt. */
function attempts({ attempt, maxAttempts }: ServiceSnapshot): string {
  return maxAttempts === null ? `${attempt} of unlimited` : `${Math.min(attempt, maxAttempts)} of ${maxAttempts}`;
}

function wanted(service: ServiceSnapshot): string {
  const traits = [service.type, ...(service.optional ? ['optional'] : []), ...(service.enabled ? [] : ['disabled'])];
  return `${service.desired} (${traits.join(', ')})`;
}

function schedule({ schedule, nextRunAt }: ServiceSnapshot): string | null {
  if (schedule === null) return null;
  return `${schedule}, next run ${nextRunAt === null ? 'never' : formatInstant(nextRunAt)}`;
}

function lastEnd({ lastEnd: end }: ServiceSnapshot, nowMs: number): string | null {
  if (end === null) return null;
  const how =
    end.exit === null ? 'exit status unknown' : end.exit.signal === null ? `exit ${end.exit.code}` : `killed by ${end.exit.signal}`;
  const cause = end.cause.type === 'exit' || end.cause.type === 'signal' ? '' : `, cause ${end.cause.type}`;
  const line = end.lastLine === null ? '' : `: ${JSON.stringify(end.lastLine)}`;
  return `run ${end.run}, ${formatElapsed(nowMs - end.at)} ago after ${formatElapsed(end.uptimeMs)}: ${how}${cause}${line}`;
}

function sockets({ sockets, pid }: ServiceSnapshot): string | null {
  const words = Object.entries(sockets).map(([name, { listen, held }]) => `${name}=${listen}${held || pid === null ? '' : ' (not held)'}`);
  return words.join(' ') || null;
}

function entries(values: Readonly<Record<string, string | number>>): string | null {
  return (
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ') || null
  );
}
