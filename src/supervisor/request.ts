// What people and files ask for: edits of what is desired. The states move towards it by themselves.
import type { ServiceSpec, Signal } from '../spec.ts';
import { assertNever } from './assert-never.ts';
import type { Cause } from './cause.ts';
import { withDependencies } from './dependencies.ts';
import type { RecordedRun, RequestEvent, Rest } from './event.ts';
import { disable } from './finish.ts';
import { becomeReadyIfSatisfied } from './health.ts';
import { occasionOf, planOccasion } from './occasion.ts';
import { dropSurplus } from './overlap.ts';
import { handleConfigLoaded, keepDown } from './reload.ts';
import { handleDemand, handleMissed, handlePlanned } from './schedule.ts';
import { overlaps } from './spare.ts';
import { createRun, startAfresh, want, watchRun, wish } from './start.ts';
import { createService, hasRun, isLive, type Run, type ServiceState } from './state.ts';
import { beginStop, handleExited, killNow } from './stop.ts';
import type { Transition } from './transition.ts';
import { restartInTurn } from './turn.ts';

export function handleRequest(t: Transition, event: RequestEvent): void {
  switch (event.type) {
    case 'start-requested':
      return start(t, event);
    case 'stop-requested':
      for (const name of event.services) t.update(name, { desired: { type: 'down', cause: { type: 'user', actor: event.actor } } });
      return keepDown(t, event.services);
    case 'restart-requested':
      for (const name of event.services) restart(t, name, event);
      return;
    case 'enable-requested':
      for (const name of event.services) enable(t, name, event.actor);
      return;
    case 'disable-requested':
      for (const name of event.services) disable(t, name, event.actor);
      return;
    case 'signal-requested':
      for (const name of event.services) signal(t, name, event.signal, event.actor);
      return;
    case 'down-requested':
      return goDown(t, event.gracePeriodMs);
    case 'kill-requested':
      goDown(t, null);
      for (const name of t.services.keys()) killNow(t, name);
      return;
    case 'config-loaded':
      return handleConfigLoaded(t, event);
    case 'run-recovered':
      return recover(t, event.recorded);
    case 'rest-recovered':
      return recoverRest(t, event.service, event.rest);
    case 'end-recovered':
      return recoverEnd(t, event);
    case 'wish-recovered':
      return want(t, event.service, { ignoresDependencies: event.ignoresDependencies, again: false });
    case 'path-changed':
      return handlePathChanged(t, event.service, event.path);
    case 'run-planned':
      return handlePlanned(t, event.service, event.atMs);
    case 'run-missed':
      return handleMissed(t, event.service, event.when);
    case 'demand-arrived':
      return handleDemand(t, event.service);
    default:
      return assertNever(event);
  }
}

/** Going down is final: what is asked for afterwards comes too late. */
function start(t: Transition, event: Extract<RequestEvent, { type: 'start-requested' }>): void {
  if (t.project.goingDown) return;
  const named = new Set(event.services);
  const wanted = event.withDependencies ? withDependencies(t.services, event.services) : named;
  for (const name of wanted) want(t, name, { ignoresDependencies: !event.withDependencies, again: event.again && named.has(name) });
}

function restart(t: Transition, name: string, { actor, services }: Extract<RequestEvent, { type: 'restart-requested' }>): void {
  if (t.project.goingDown) return;
  const { phase, removed, spec } = t.get(name);
  if (removed) return;
  want(t, name, { ignoresDependencies: t.get(name).ignoresDependencies, again: true });
  if (phase.type === 'stopping') t.update(name, { restartWanted: true });
  else if (isLive(phase) && (overlaps(t.get(name)) || services.some((other) => other !== name && isTwin(t, other, spec))))
    restartInTurn(t, name, { type: 'user', actor });
  else if (isLive(phase)) {
    t.update(name, { restartWanted: true });
    beginStop(t, name, { type: 'user', actor });
  }
}

/** Another instance of the same. */
function isTwin(t: Transition, name: string, { instance }: ServiceSpec): boolean {
  return instance !== null && t.get(name).spec.instance?.of === instance.of;
}

function enable(t: Transition, name: string, actor: string): void {
  if (t.get(name).disabledBy === null) return;
  const { desired } = t.update(name, { disabledBy: null });
  t.announce(name, 'enabled', `by ${actor}`);
  if (desired.type === 'up') planOccasion(t, name);
}

/** Whether there is a process to get a signal. */
export function canBeSignalled({ phase }: ServiceState): boolean {
  return isLive(phase) && phase.run.pid !== null;
}

function signal(t: Transition, name: string, sig: Signal, actor: string): void {
  const { phase } = t.get(name);
  if (!isLive(phase) || phase.run.pid === null) return;
  t.order({ type: 'signal-group', service: name, run: phase.run.number, signal: sig });
  t.announce(name, 'signal', `${sig}, asked by ${actor}`, { run: phase.run.number });
}

function goDown(t: Transition, gracePeriodMs: number | null): void {
  t.setGoingDown();
  for (const service of t.services.values()) {
    const stop = gracePeriodMs === null ? service.spec.stop : { ...service.spec.stop, gracePeriodMs };
    const cause = service.desired.type === 'down' ? service.desired.cause : ({ type: 'down' } as const);
    t.update(service.name, { desired: { type: 'down', cause }, spec: { ...service.spec, stop } });
  }
}

function handlePathChanged(t: Transition, name: string, path: string): void {
  const service = t.services.get(name);
  if (!service?.spec.watch || service.desired.type === 'down') return;
  const { action } = service.spec.watch;
  if (action.type === 'signal') return signal(t, name, action.signal, `a change of ${path}`);
  if (isLive(service.phase)) restartInTurn(t, name, { type: 'file-watch', path });
  else if (!hasRun(service.phase)) startAfresh(t, name);
}

/** It goes on resting; what would end that, such as a change of what it watches, is waited for as before. */
function recoverRest(t: Transition, name: string, { phase, restarts, ignoresDependencies }: Rest): void {
  wish(t, name, { ignoresDependencies, again: false });
  t.enter(name, phase, { restarts });
}

/** So that it goes on to say what it said. A run that ended since then tells more. */
function recoverEnd(t: Transition, { service: name, end, downFor }: Extract<RequestEvent, { type: 'end-recovered' }>): void {
  const { lastEnd, desired } = t.get(name);
  if (lastEnd !== null) return;
  const isDown = desired.type === 'down' && downFor !== null;
  t.update(name, { lastEnd: end, ...(isDown ? { desired: { type: 'down', cause: downFor } } : {}) });
}

/** Takes over a run that outlived omniroute, or settles one that did not. */
function recover(t: Transition, recorded: RecordedRun): void {
  const { service: name } = recorded;
  if (!t.services.has(name)) t.put({ ...createService(recorded.fallback, t.nowMs, recorded.run), removed: true });
  const service = t.get(name);
  const born = createRun(recorded.run, service.spec, recorded.startedAtMs);
  const readyAtMs = recorded.wasReady ? recorded.startedAtMs : null;
  // How long nobody asked it whether it is ready is not known: its time to become so begins anew.
  const unwatchedMs = Math.max(0, t.nowMs - recorded.startedAtMs);
  const run = watchRun({ ...born, pid: recorded.pid, readyAtMs, unwatchedMs }, t.nowMs);
  if (!service.removed && (recorded.isWanted || recorded.alive)) wish(t, name, { ignoresDependencies: false, again: false });
  const change = { lastRun: recorded.run, restarts: recorded.restarts, outputs: recorded.outputs, due: occasionOf(service.spec) !== null };
  // Line and output checks cannot be repeated: a run that was ready is ready again until a probe says otherwise.
  if (recorded.wasReady) t.enter(name, { type: 'ready', run: asReady(run, t.nowMs) }, change);
  else t.enter(name, { type: 'starting', run, step: 'probing' }, change);
  dropSurplus(t, name);
  // Whoever starts all of it anew asks for its jobs too; one by the clock is for its schedule to run.
  if (recorded.startsAnew && service.spec.schedule === null) t.update(name, { restartWanted: true });
  if (!recorded.alive) return handleExited(t, name, null, 'lost');
  t.announce(name, 'adopted', `pid ${recorded.pid}, run ${recorded.run}`, { run: recorded.run });
  const unasked = service.removed || !recorded.isWanted ? null : whyUnasked(service, recorded);
  if (unasked !== null) beginStop(t, name, unasked);
  else if (!recorded.wasReady && !service.spec.readiness) becomeReadyIfSatisfied(t, name);
}

/** Why a process that goes on is not one that should; null: it is. */
function whyUnasked({ disabledBy }: ServiceState, { sameProcess }: RecordedRun): Cause | null {
  // Whoever disabled it may have done so while omniroute was dead, in the file, or it died before the process did.
  if (disabledBy !== null) return { type: 'user', actor: disabledBy };
  return sameProcess ? null : { type: 'config-reload', fields: ['since it was started'] };
}

/** It was ready for the omniroute before this one. */
function asReady(run: Run, nowMs: number): Run {
  const { watchdogMs } = run.spec;
  return {
    ...run,
    readiness: { ...run.readiness, succeeded: true },
    notified: true,
    watchdogDueAtMs: watchdogMs === null ? null : nowMs + watchdogMs,
  };
}
