// When is waiting over? Pure: services as last known, one more entry, a verdict.
import type { RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';
import { type Failure, fail } from './failure.ts';
import { stateAfter } from './state-after.ts';

/** `settled`: services ready, jobs completed. */
export type Goal = 'settled' | 'ready' | 'completed' | 'stopped';

export interface Awaited {
  readonly name: string;
  readonly type: ServiceSnapshot['type'];
  readonly optional: boolean;
  readonly state: ServiceSnapshot['state'];
  /** A disabled one waits, without a process, until somebody enables it. */
  readonly enabled: boolean;
  /** It waits for its time or for a connection: nothing that `up` could wait for. */
  readonly waitsForOccasion: boolean;
  /** Stopped, it is the place that is kept for a successor. */
  readonly overlaps: boolean;
  /** Consecutive crashes. */
  readonly attempt: number;
}

export type Verdict =
  | { readonly type: 'reached' }
  | { readonly type: 'failed'; readonly services: readonly string[] }
  /** `hopeful`: some service is in its first start, and its own start_timeout bounds the wait. `crashing`: some service keeps ending. */
  | { readonly type: 'pending'; readonly hopeful: boolean; readonly crashing: boolean };

export function awaitedOf(service: ServiceSnapshot): Awaited {
  const { name, type, optional, enabled, attempt, schedule, start } = service;
  const state = service.awaitsTurn ? 'stopping' : service.state;
  return {
    name,
    type,
    optional,
    state,
    enabled,
    attempt,
    waitsForOccasion: schedule !== null || start === 'on-demand',
    overlaps: service.overlaps,
  };
}

/** The services after one more journal entry; the same array where it changes nothing. */
export function afterEntry(services: readonly Awaited[], entry: RecordedEntry): readonly Awaited[] {
  const at = services.findIndex((service) => service.name === entry.service);
  const service = services[at];
  if (service === undefined) return services;
  const attempt = entry.type === 'crashed' ? service.attempt + 1 : service.attempt;
  const state = stateAfter(entry) ?? service.state;
  const enabled = entry.type === 'enabled' || (entry.type !== 'disabled' && service.enabled);
  const isSame = attempt === service.attempt && state === service.state && enabled === service.enabled;
  return isSame ? services : services.with(at, { ...service, state, enabled, attempt });
}

/** `forgiving`: an optional service that gave up does not fail the whole. */
export function judge(services: readonly Awaited[], goal: Goal, options: { readonly forgiving: boolean }): Verdict {
  const lost = services.filter((service) => isLost(service, goal));
  const fatal = options.forgiving ? lost.filter((service) => !service.optional) : lost;
  if (fatal.length > 0) return { type: 'failed', services: fatal.map((service) => service.name) };
  const pending = services.filter((service) => !lost.includes(service) && !hasReached(service, goal));
  if (pending.length === 0) return { type: 'reached' };
  const hopeful = pending.some((service) => service.state === 'starting' && service.attempt === 0);
  return { type: 'pending', hopeful, crashing: pending.some((service) => service.state === 'backoff' || service.attempt > 0) };
}

export function hasReached({ state, type, enabled, waitsForOccasion, overlaps }: Awaited, goal: Goal): boolean {
  if (overlaps && state === 'stopped' && goal !== 'completed') return true;
  switch (goal) {
    case 'settled':
      return state === 'completed' || (state === 'ready' && type === 'service') || (state === 'waiting' && waitsForOccasion);
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

/** Waiting longer cannot help. A service that somebody stops or disables meanwhile will not become ready either; a script may wait for one that is not started yet. */
export function isLost({ state, enabled, overlaps }: Awaited, goal: Goal): boolean {
  if (goal === 'stopped') return false;
  return state === 'failed' || (goal === 'settled' && ((state === 'stopped' && !overlaps) || (state === 'waiting' && !enabled)));
}
