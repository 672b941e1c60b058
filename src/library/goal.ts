// When is waiting over? Pure: services as last known, one more entry, a verdict.
import type { RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';
import { declaredName } from '../service-name.ts';
import { type Failure, fail } from './failure.ts';
import { stateAfter } from './state-after.ts';
import { findStuck, type Standing } from './stuck.ts';

/** `settled`: services ready, jobs completed. */
export type Goal = 'settled' | 'ready' | 'completed' | 'stopped';

/** A service as far as a wait looks at it; what an entry leaves open, it takes as good: it comes back, and nothing blocks it. */
export interface Awaited extends Standing {
  readonly type: ServiceSnapshot['type'];
  readonly optional: boolean;
  /** It waits for its time, or for a connection to its sockets, which are held: nothing that `up` could wait for. */
  readonly waitsForOccasion: boolean;
  /** Consecutive crashes. */
  readonly attempt: number;
}

export type Verdict =
  | { readonly type: 'reached' }
  | { readonly type: 'failed'; readonly services: readonly string[] }
  /** `hopeful`: some service is in its first start, and its own start_timeout bounds the wait. `crashing`: some service keeps ending. */
  | { readonly type: 'pending'; readonly hopeful: boolean; readonly crashing: boolean };

export function awaitedOf(service: ServiceSnapshot): Awaited {
  const { name, type, optional, enabled, attempt, schedule, start, sockets, nextAt, nextRunAt, blockedBy } = service;
  const holds = Object.values(sockets).map(({ held }) => held);
  const state = service.awaitsTurn ? 'stopping' : service.state;
  return {
    name,
    type,
    optional,
    state,
    enabled,
    attempt,
    comesBack: nextAt !== null || nextRunAt !== null,
    blockedBy,
    waitsForOccasion: schedule !== null || (start === 'on-demand' && !holds.includes(false)),
    socketsHeld: holds.length === 0 ? null : !holds.includes(false),
    overlaps: service.overlaps,
  };
}

/** Whether an entry leaves open who is stuck now: one that somebody waits for has gone, or one waits that may wait for such a one, or for a socket. */
export function leavesOpen(entry: RecordedEntry, services: readonly Awaited[]): boolean {
  if (entry.type === 'waiting') {
    const mayBeHeld = services.some(({ name, socketsHeld }) => name === entry.service && socketsHeld !== null);
    return mayBeHeld || findStuck(services, { startable: false }).size > 0;
  }
  return entry.type === 'failed' || entry.type === 'disabled' || entry.type === 'stopped';
}

/** The services after one more journal entry; the same array where it changes nothing. */
export function afterEntry(services: readonly Awaited[], entry: RecordedEntry): readonly Awaited[] {
  const at = services.findIndex((service) => service.name === entry.service);
  const service = services[at];
  if (service === undefined) return services;
  const attempt = entry.type === 'crashed' ? service.attempt + 1 : service.attempt;
  const announced = stateAfter(entry);
  const state = announced ?? service.state;
  const enabled = entry.type === 'enabled' || (entry.type !== 'disabled' && service.enabled);
  // An entry says in words alone what a service waits for, and whether it is tried again.
  const unknown = announced === null ? {} : { comesBack: true, blockedBy: [] };
  const isSame = announced === null && attempt === service.attempt && enabled === service.enabled;
  if (isSame) return services;
  const after = services.with(at, { ...service, state, enabled, attempt, ...unknown });
  return service.socketsHeld === null ? after : after.map((each) => withoutSocket(each, service));
}

/** What kept one instance from its socket may have gone with another one. */
function withoutSocket(service: Awaited, { name }: Awaited): Awaited {
  if (declaredName(service.name) !== declaredName(name)) return service;
  return { ...service, blockedBy: service.blockedBy.filter(({ type }) => type !== 'socket') };
}

export interface Terms {
  /** Those that are waited for, among all of the project. */
  readonly names: ReadonlySet<string>;
  readonly goal: Goal;
  /** An optional service that gave up does not fail the whole. */
  readonly forgiving: boolean;
}

/** `services`: all of the project, as one that is waited for may stand behind others. */
export function judge(services: readonly Awaited[], { names, goal, forgiving }: Terms): Verdict {
  const gone = findGone(services, names);
  if (gone.length > 0 && goal !== 'stopped' && !forgiving) return { type: 'failed', services: gone };
  const lost = findLost(services, goal);
  const awaited = services.filter(({ name }) => names.has(name));
  const fatal = awaited.filter(({ name, optional }) => lost.has(name) && !(forgiving && optional));
  if (fatal.length > 0) return { type: 'failed', services: fatal.map((service) => service.name) };
  const pending = awaited.filter((service) => !lost.has(service.name) && !hasReached(service, goal));
  if (pending.length === 0) return { type: 'reached' };
  const hopeful = pending.some((service) => service.state === 'starting' && service.attempt === 0);
  return { type: 'pending', hopeful, crashing: pending.some((service) => service.state === 'backoff' || service.attempt > 0) };
}

/** Of these names those that the file has no more, nor another instance of the same: nobody will ever see them ready. */
export function findGone(services: readonly { readonly name: string }[], names: ReadonlySet<string>): string[] {
  const declared = new Set(services.map(({ name }) => declaredName(name)));
  return [...names].filter((name) => !declared.has(declaredName(name)));
}

export function hasReached({ state, type, enabled, waitsForOccasion, overlaps }: Awaited, goal: Goal): boolean {
  if (overlaps && state === 'stopped' && goal !== 'completed') return true;
  switch (goal) {
    case 'settled':
      return state === 'completed' || (state === 'ready' && type === 'service') || (state === 'waiting' && waitsForOccasion && enabled);
    case 'ready':
      return state === 'ready' || state === 'completed';
    case 'completed':
      return state === 'completed';
    case 'stopped':
      return state === 'stopped' || state === 'completed' || state === 'failed' || (state === 'waiting' && !enabled);
  }
}

/** Nothing to wait for: a service that is started again after every end never completes. */
export function refuseEndlessWait(services: readonly ServiceSnapshot[], names: readonly string[], goal: Goal): Failure | null {
  const endless = services.filter(({ name, completes }) => goal === 'completed' && !completes && names.includes(name));
  const [first] = endless;
  if (first === undefined) return null;
  const why =
    first.start === 'on-demand' ? 'falls asleep after a run and starts with the next connection' : 'is started again whenever it ends';
  return fail('bad-request', `${first.name} never completes: it is a service that ${why}`, {
    advice: `wait for it to be ready or stopped, or give it \`type: job\`${first.start === 'on-demand' ? '' : ' or `restart: on-failure`'} in the file`,
    services: endless,
  });
}

/**
 * Those for which waiting longer cannot help: they gave up, or they are down and only a person brings up them, or whom they wait for.
 * Of a service that is stopped that is true where it was just ordered up; a script may wait for one that is not started yet.
 */
export function findLost(services: readonly Awaited[], goal: Goal): ReadonlySet<string> {
  if (goal === 'stopped') return new Set();
  const stuck = findStuck(services, { startable: goal !== 'settled' });
  const lost = services.filter((service) => (service.state === 'failed' || stuck.has(service.name)) && !hasReached(service, goal));
  return new Set(lost.map(({ name }) => name));
}
