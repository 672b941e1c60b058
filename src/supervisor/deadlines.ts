// Deadlines are state: this is the one place that says which a service has and what happens when one passes.
import { becomeStable, sendProbe } from './health.ts';
import { sendSample } from './memory.ts';
import { endSilence } from './notification.ts';
import { startTimesOutAtMs } from './readiness.ts';
import { handleItsTime } from './schedule.ts';
import { enterWaiting, progressWaiting, startAfresh } from './start.ts';
import { isLive, type ServiceState, type SupervisorState } from './state.ts';
import { beginStop, handleStopDeadline } from './stop.ts';
import type { Transition } from './transition.ts';

type DeadlineKind =
  | 'address-check'
  | 'start'
  | 'readiness'
  | 'liveness'
  | 'memory'
  | 'stable'
  | 'stop'
  | 'backoff'
  | 'retry'
  | 'schedule'
  | 'watchdog';

interface Deadline {
  readonly kind: DeadlineKind;
  readonly atMs: number;
}

/** The next instant at which the core wants to be woken; null: never by time alone. */
export function nextDeadline(state: SupervisorState): number | null {
  let next = state.trial?.dueAtMs ?? Number.POSITIVE_INFINITY;
  for (const service of state.services.values()) next = Math.min(next, earliestOf(service));
  return next === Number.POSITIVE_INFINITY ? null : next;
}

/** After an event all services but one or two are what they were before it. */
const EARLIEST = new WeakMap<ServiceState, number>();

/** Infinity: it has no deadline. */
function earliestOf(service: ServiceState): number {
  const known = EARLIEST.get(service);
  if (known !== undefined) return known;
  const earliest = Math.min(...deadlinesOf(service).map(({ atMs }) => atMs));
  EARLIEST.set(service, earliest);
  return earliest;
}

export function deadlinesOf(service: ServiceState): Deadline[] {
  return [...at('schedule', service.desired.type === 'up' ? service.nextRunAtMs : null), ...phaseDeadlines(service)];
}

function phaseDeadlines(service: ServiceState): Deadline[] {
  const { phase } = service;
  if (phase.type === 'waiting') return at('address-check', typeof phase.addressCheck === 'number' ? phase.addressCheck : null);
  if (phase.type === 'stopping') return at('stop', phase.deadlineAtMs);
  if (phase.type === 'backoff') return at('backoff', phase.dueAtMs);
  if (phase.type === 'failed') return at('retry', phase.retryAtMs);
  return isLive(phase) ? runDeadlines(service) : [];
}

function runDeadlines(service: ServiceState): Deadline[] {
  const { phase, spec } = service;
  if (!isLive(phase) || phase.run.pid === null) return [];
  const { run } = phase;
  const stable = phase.type === 'ready' && !run.stable ? (run.readyAtMs ?? 0) + spec.restart.stableAfterMs : null;
  return [
    ...at('start', startTimesOutAtMs(service)),
    ...at('stable', stable),
    ...at('readiness', run.readiness.dueAtMs),
    ...at('liveness', run.liveness.dueAtMs),
    ...at('watchdog', run.watchdogDueAtMs),
    ...at('memory', run.memory.dueAtMs),
  ];
}

function at(kind: DeadlineKind, atMs: number | null): Deadline[] {
  return atMs === null ? [] : [{ kind, atMs }];
}

const ON_DEADLINE: Readonly<Record<DeadlineKind, (t: Transition, name: string) => void>> = {
  'address-check': lookAgain,
  start: endStart,
  readiness: (t, name) => sendProbe(t, name, 'readiness'),
  liveness: (t, name) => sendProbe(t, name, 'liveness'),
  memory: sendSample,
  stable: becomeStable,
  stop: endStopStep,
  backoff: (t, name) => enterWaiting(t, name),
  retry: startAfresh,
  schedule: handleItsTime,
  watchdog: endSilence,
};

/** Handles every deadline that has passed, of every service. */
export function handleDeadlines(t: Transition): void {
  for (const service of [...t.services.values()]) {
    for (const { kind, atMs } of deadlinesOf(service)) {
      // An earlier deadline of the same service may have moved it on.
      const current = t.services.get(service.name);
      const still = current && deadlinesOf(current).some((deadline) => deadline.kind === kind && deadline.atMs === atMs);
      if (atMs <= t.nowMs && still) ON_DEADLINE[kind](t, service.name);
    }
  }
}

function lookAgain(t: Transition, name: string): void {
  const { phase } = t.get(name);
  if (phase.type !== 'waiting') return;
  t.enter(name, { ...phase, addressCheck: null });
  progressWaiting(t, name);
}

function endStart(t: Transition, name: string): void {
  beginStop(t, name, { type: 'start-timeout', afterMs: t.get(name).spec.readiness?.startTimeoutMs ?? 0 });
}

function endStopStep(t: Transition, name: string): void {
  const service = t.get(name);
  if (service.phase.type === 'stopping') handleStopDeadline(t, service, service.phase);
}
