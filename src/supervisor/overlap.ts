// `strategy: overlap`: a service has one place more than it needs. Its successor begins there, and only when that is ready is the run
// before stopped, whose place is then the spare one.

import type { Cause } from './cause.ts';
import { othersOf, waitsForOthersEnd } from './spare.ts';
import { want } from './start.ts';
import type { ServiceState } from './state.ts';
import { beginStop } from './stop.ts';
import type { Transition } from './transition.ts';

/** One step of a restart that waits for its turn: look for a place, wait for the successor, make room for it. */
export function overlapTurn(t: Transition, service: ServiceState): void {
  const { name, turn } = service;
  if (turn === null) return;
  const others = othersOf(t.services, service);
  const successor = others.find(({ replaces }) => replaces === name);
  if (successor === undefined && service.phase.type !== 'ready') return endInPlace(t, name, turn.cause);
  if (successor === undefined) return beginSuccessor(t, service, others);
  if (waitsForOthersEnd(successor)) return endInPlace(t, name, turn.cause);
  if (successor.phase.type === 'ready') {
    t.update(successor.name, { replaces: null });
    t.update(name, { turn: null, desired: { type: 'down', cause: turn.cause } });
  } else if (successor.phase.type === 'failed') {
    t.announce(name, 'ready', `goes on: its successor ${successor.name} gave up`, { run: t.get(name).lastRun });
    t.update(name, { turn: null });
  }
}

/** Whoever it was to replace is not to be replaced any more, or is gone already: it makes room, unless it is needed. */
export function leaveIfNeedless(t: Transition, { name, replaces }: ServiceState): void {
  if (replaces === null) return;
  const replaced = t.services.get(replaces);
  if (replaced?.turn) return;
  const isNeeded = replaced === undefined || replaced.desired.type === 'down';
  t.update(name, { replaces: null, ...(isNeeded ? {} : { desired: { type: 'down', cause: { type: 'dependency', service: replaces } } }) });
}

/** Taken over in the middle of an overlap there is one too many: the older run goes. */
export function dropSurplus(t: Transition, name: string): void {
  const service = t.get(name);
  const upAtOnce = service.spec.instance?.upAtOnce ?? null;
  if (upAtOnce === null) return;
  const up = [service, ...othersOf(t.services, service)].filter(({ desired, phase }) => desired.type === 'up' && 'run' in phase);
  const oldestFirst = up.toSorted((a, b) => startedAt(a) - startedAt(b));
  for (const { name: surplus } of oldestFirst.slice(0, Math.max(0, up.length - upAtOnce)))
    t.update(surplus, { desired: { type: 'down', cause: { type: 'config-reload', fields: ['restart.strategy'] } } });
}

/** What serves nobody needs no successor. */
function endInPlace(t: Transition, name: string, cause: Cause): void {
  t.update(name, { turn: null, restartWanted: cause.type === 'user' });
  beginStop(t, name, cause);
}

function beginSuccessor(t: Transition, service: ServiceState, others: readonly ServiceState[]): void {
  const place = others.find(
    ({ desired, phase, removed, disabledBy }) => desired.type === 'down' && phase.type === 'stopped' && !removed && disabledBy === null,
  );
  // Another one is being replaced just now: the turn comes when that is done.
  if (place === undefined) return;
  t.update(place.name, { replaces: service.name });
  want(t, place.name, { ignoresDependencies: service.ignoresDependencies, again: false, succeeds: true });
}

function startedAt({ phase }: ServiceState): number {
  return 'run' in phase ? phase.run.startedAtMs : 0;
}
