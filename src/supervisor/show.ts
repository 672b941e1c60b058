// From what is to what is shown: monotonic instants become wall clock, phases become the names people read.

import { formatAddress } from '../socket-address.ts';
import type { SocketSpec } from '../spec.ts';
import type { RunEndState } from './cause.ts';
import { explainState } from './explain.ts';
import { startTimesOutAtMs } from './readiness.ts';
import { completes } from './restart.ts';
import type { HeldSocket, RunEnd, ServiceSnapshot } from './snapshot.ts';
import { overlaps } from './spare.ts';
import { hasRun, type ServiceState } from './state.ts';

/** What the core does not know: the clock on the wall, figures of the last sample, where the log is. */
export interface Surroundings {
  readonly nowMs: number;
  /** What the clock on the wall showed at an instant of the monotonic clock. */
  wallOf(atMs: number): number;
  usageOf(pid: number): { readonly rssBytes: number; readonly cpuPercent: number | null } | null;
  /** Whether its listening socket is held now. */
  isHeld(service: string, socket: SocketSpec): boolean;
  isInCgroup(service: string): boolean;
  logFileOf(service: string): string;
  droppedBytesOf(service: string): number;
}

export function showService(service: ServiceState, around: Surroundings): ServiceSnapshot {
  const { phase, spec } = service;
  const run = hasRun(phase) ? phase.run : null;
  const usage = run?.pid ? around.usageOf(run.pid) : null;
  const wall = (atMs: number): number => Math.round(around.wallOf(atMs));
  return {
    name: service.name,
    description: spec.description,
    type: spec.type,
    schedule: spec.schedule?.cron ?? null,
    start: spec.start,
    state: phase.type,
    awaitsTurn: service.turn !== null,
    overlaps: overlaps(service),
    completes: completes(spec),
    desired: service.desired.type,
    enabled: service.disabledBy === null,
    optional: spec.optional,
    run: service.lastRun === 0 ? null : service.lastRun,
    pid: run?.pid ?? null,
    startedAt: run ? wall(run.startedAtMs) : null,
    readyAt: run?.readyAtMs ? wall(run.readyAtMs) : null,
    since: wall(service.sinceMs),
    nextAt: mapNull(actsAt(service), wall),
    // Cron lines speak of whole seconds; the difference of two clocks wavers by a millisecond.
    nextRunAt: mapNull(service.nextRunAtMs, (atMs) => Math.round(wall(atMs) / 1000) * 1000),
    restarts: service.restarts,
    attempt: service.attempts,
    maxAttempts: spec.restart.maxAttempts,
    why: explainState(service, around.nowMs),
    blockedBy: phase.type === 'waiting' ? phase.blockers : [],
    lastEnd: mapNull(service.lastEnd, (end) => showEnd(end, wall)),
    dependsOn: Object.keys(spec.dependsOn),
    ports: spec.ports,
    sockets: showSockets(service, around),
    outputs: service.outputs,
    memoryBytes: usage?.rssBytes ?? null,
    memoryLimitBytes: spec.memory.softBytes ?? spec.memory.hardBytes ?? spec.memory.heapBytes,
    memoryLimits: { warnBytes: spec.memory.warnBytes, softBytes: spec.memory.softBytes, hardBytes: spec.memory.hardBytes },
    cpuPercent: usage?.cpuPercent ?? null,
    containment: run?.pid ? (around.isInCgroup(service.name) ? 'cgroup' : 'group') : null,
    logFile: around.logFileOf(service.name),
    droppedBytes: around.droppedBytesOf(service.name),
  };
}

function showSockets({ name, spec }: ServiceState, around: Surroundings): Record<string, HeldSocket> {
  return Object.fromEntries(
    spec.sockets.map((socket) => [socket.name, { listen: formatAddress(socket.address), held: around.isHeld(name, socket) }]),
  );
}

function showEnd(end: RunEndState, wall: (atMs: number) => number): RunEnd {
  const { atMs, ...rest } = end;
  return { ...rest, at: wall(atMs) };
}

/** When omniroute acts next by itself. */
function actsAt(service: ServiceState): number | null {
  const { phase } = service;
  if (phase.type === 'backoff') return phase.dueAtMs;
  if (phase.type === 'failed') return phase.retryAtMs;
  if (phase.type === 'stopping') return phase.deadlineAtMs;
  return startTimesOutAtMs(service);
}

function mapNull<T, R>(value: T | null, map: (value: T) => R): R | null {
  return value === null ? null : map(value);
}
