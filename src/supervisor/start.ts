// From wanted to running: waiting → (dependencies, addresses) → pre_start → spawn → starting.

import { describeBlockers } from './blocker-words.ts';
import { blockersOf, fillSpec } from './dependencies.ts';
import { becomeReadyIfSatisfied } from './health.ts';
import { isAsleep, occasionOf, planOccasion } from './occasion.ts';
import type { Blocker, TakenAddress } from './snapshot.ts';
import { isSpare } from './spare.ts';
import { hasRun, type Run, type ServiceState, type WaitingPhase } from './state.ts';
import type { Transition } from './transition.ts';

/** How often a taken address is looked at again. */
const RECHECK_MS = 500;

export interface WantOptions {
  readonly ignoresDependencies: boolean;
  readonly again: boolean;
  /** Also in a place that is kept free for a successor. */
  readonly succeeds?: boolean;
}

/**
 * Wants a service up; one that is not running starts afresh, with its counts at zero. A completed job stays completed unless `again`;
 * what waits for an occasion goes on waiting unless `again`.
 */
export function want(t: Transition, name: string, options: WantOptions): void {
  const before = t.get(name);
  // The file no longer has it: it is only waited for until it is gone.
  if (before.removed || (!options.succeeds && isSpare(t.services, before))) return;
  wish(t, name, options);
  const { phase } = t.get(name);
  if (hasRun(phase) || phase.type === 'waiting' || (phase.type === 'completed' && !options.again)) return;
  startAfresh(t, name);
}

/** Edits what is desired, whatever state it is in: nothing is started. */
export function wish(t: Transition, name: string, { ignoresDependencies, again }: WantOptions): void {
  const before = t.get(name);
  const isNew = before.desired.type === 'down';
  const due = occasionOf(before.spec) !== null && (again || (before.due && !isNew));
  const { spec } = t.update(name, { desired: { type: 'up' }, ignoresDependencies, due });
  if (!isNew) return;
  t.update(name, { queued: false, nextRunAtMs: null });
  if (spec.watch) t.order({ type: 'watch-paths', service: name, watch: spec.watch });
  planOccasion(t, name);
}

/** Leaves backoff, failed, completed or stopped at once, forgetting earlier crashes. */
export function startAfresh(t: Transition, name: string): void {
  enterWaiting(t, name, { attempts: 0, crashes: [] });
}

export function enterWaiting(t: Transition, name: string, change: Partial<ServiceState> = {}, extraPorts: readonly number[] = []): void {
  t.enter(name, { type: 'waiting', blockers: [], extraPorts, addressCheck: null }, change);
}

/** Moves a waiting service on as far as it goes now. */
export function progressWaiting(t: Transition, name: string): void {
  const service = t.get(name);
  const { phase } = service;
  if (phase.type !== 'waiting') return;
  const asleep = isAsleep(service);
  const blockers = blockersOf(t.services, service);
  if (blockers.length > 0 && !asleep) return stayWaiting(t, service, { ...phase, blockers, addressCheck: null });
  if (phase.addressCheck === null || (phase.addressCheck === 'held' && !asleep)) return checkAddresses(t, service, phase);
  if (asleep && phase.addressCheck !== 'checking')
    stayWaiting(t, service, { ...phase, blockers: blockersAsleep(t, service, phase.blockers.filter(isTaken)) });
}

/** Also of a service that sleeps: its sockets are held from now on, so that somebody can connect. */
function checkAddresses(t: Transition, service: ServiceState, phase: WaitingPhase): void {
  const { name, spec } = service;
  const ports = [...new Set([...Object.values(spec.ports), ...phase.extraPorts])];
  if (ports.length === 0 && spec.sockets.length === 0 && !isAsleep(service)) return beginRun(t, service);
  // What was taken at the last look is the reason until the next one says otherwise.
  t.enter(name, { ...phase, blockers: phase.blockers.filter(isTaken), addressCheck: 'checking' });
  t.order({ type: 'check-addresses', service: name, run: service.lastRun + 1, ports, spec });
}

export function handleAddressesChecked(t: Transition, name: string, taken: readonly TakenAddress[]): void {
  const service = t.get(name);
  const { phase } = service;
  if (phase.type !== 'waiting' || phase.addressCheck !== 'checking') return;
  const again = t.nowMs + RECHECK_MS;
  if (!isAsleep(service)) {
    if (taken.length === 0) return beginRun(t, service);
    return stayWaiting(t, service, { ...phase, blockers: taken, addressCheck: again });
  }
  // A port is none of its business before it starts.
  const sockets = taken.filter(({ type }) => type === 'socket');
  if (sockets.length === 0) t.order({ type: 'await-demand', service: name, spec: service.spec });
  const addressCheck = sockets.length === 0 ? 'held' : again;
  stayWaiting(t, service, { ...phase, blockers: blockersAsleep(t, service, sockets), addressCheck });
}

/** Nobody's connection arrives where somebody else listens. */
function blockersAsleep(t: Transition, service: ServiceState, taken: readonly TakenAddress[]): readonly Blocker[] {
  const blockers = blockersOf(t.services, service);
  return taken.length === 0 ? blockers : [...taken, ...blockers.filter(({ type }) => type !== 'occasion')];
}

export function isTaken(blocker: Blocker): blocker is TakenAddress {
  return blocker.type === 'port' || blocker.type === 'socket';
}

function stayWaiting(t: Transition, service: ServiceState, next: WaitingPhase): void {
  const before = service.phase.type === 'waiting' ? service.phase : null;
  const text = describeBlockers(next.blockers);
  if (before?.addressCheck === next.addressCheck && describeBlockers(before.blockers) === text) return;
  t.enter(service.name, next);
  // A dependency on its way through its states is one and the same reason.
  if (keysOf(before?.blockers ?? []) !== keysOf(next.blockers)) t.announce(service.name, 'waiting', text);
}

function keysOf(blockers: readonly Blocker[]): string {
  return blockers
    .map((blocker) => {
      if (blocker.type === 'port') return `port ${blocker.port}`;
      if (blocker.type === 'socket') return blocker.address;
      return 'service' in blocker ? `${blocker.type} ${blocker.service}` : blocker.type;
    })
    .join();
}

function beginRun(t: Transition, service: ServiceState): void {
  const spec = fillSpec(t.services, service.spec);
  const run = createRun(service.lastRun + 1, spec, t.nowMs);
  const ended = service.lastEnd?.cause.type;
  const again = occasionOf(spec) === null ? ended !== undefined && ended !== 'user' && ended !== 'down' : service.attempts > 0;
  const change = { lastRun: run.number, outputs: {}, restartWanted: false, turn: null, restarts: service.restarts + (again ? 1 : 0) };
  const hook = spec.hooks.pre_start;
  t.enter(service.name, { type: 'starting', run, step: hook ? 'pre-start' : 'spawning' }, change);
  if (hook) t.order({ type: 'run-hook', service: service.name, run: run.number, kind: 'pre_start', hook, spec });
  else t.order({ type: 'spawn', service: service.name, run: run.number, spec, declared: service.spec });
}

/** pre_start succeeded. */
export function spawnAfterHook(t: Transition, name: string): void {
  const { phase, spec: declared } = t.get(name);
  if (phase.type !== 'starting' || phase.step !== 'pre-start') return;
  t.enter(name, { ...phase, step: 'spawning' });
  t.order({ type: 'spawn', service: name, run: phase.run.number, spec: phase.run.spec, declared });
}

export function handleSpawned(t: Transition, name: string, pid: number): void {
  const { phase } = t.get(name);
  if (phase.type !== 'starting') return;
  const run = watchRun({ ...phase.run, pid, startedAtMs: t.nowMs }, t.nowMs);
  t.enter(name, { type: 'starting', run, step: 'probing' });
  t.announce(name, 'starting', `pid ${pid}${run.number > 1 ? `, run ${run.number}` : ''}`, { run: run.number });
  // Of a quick one, its line may have been read before its start was told.
  becomeReadyIfSatisfied(t, name);
}

/** A run before its process exists. */
export function createRun(number: number, spec: ServiceState['spec'], nowMs: number): Run {
  const idle = { dueAtMs: null, overAtMs: null, excused: false, succeeded: false, failures: 0, lastFailure: null };
  const memory = { dueAtMs: null, rssBytes: null, overSoft: [], warned: false };
  return {
    number,
    pid: null,
    spec,
    startedAtMs: nowMs,
    readyAtMs: null,
    unwatchedMs: 0,
    readiness: idle,
    liveness: idle,
    readyLineSeen: false,
    notified: false,
    watchdogDueAtMs: null,
    stable: false,
    memory,
  };
}

/** The run with its first probe and its first memory sample due. */
export function watchRun(run: Run, nowMs: number): Run {
  const { readiness, memory } = run.spec;
  const limited = memory.warnBytes !== null || memory.softBytes !== null || memory.hardBytes !== null;
  return {
    ...run,
    readiness: { ...run.readiness, dueAtMs: readiness && readiness.probes.length > 0 ? nowMs : null },
    memory: { ...run.memory, dueAtMs: limited ? nowMs + memory.periodMs : null },
  };
}
