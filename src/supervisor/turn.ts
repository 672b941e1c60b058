// Instances of one service are restarted in turn: never more than `max_unavailable` of them are not ready.
import type { ServiceSpec } from '../spec.ts';
import type { Cause } from './cause.ts';
import { overlapTurn } from './overlap.ts';
import { needsNewProcess } from './reload-plan.ts';
import { othersOf, overlaps, waitsForOthersEnd } from './spare.ts';
import { isLive, type ServiceState } from './state.ts';
import { beginStop } from './stop.ts';
import type { Transition } from './transition.ts';

/** Ends the run when its turn comes, which for a service that is there once is now. */
export function restartInTurn(t: Transition, name: string, cause: Cause): void {
  const { spec, turn, phase } = t.get(name);
  if (spec.instance === null || !isLive(phase)) return beginStop(t, name, cause);
  t.update(name, { turn: { cause, from: turn?.from ?? phase.run.spec } });
}

/** Its turn has come when enough of the others are ready, or when it is of no use itself. */
export function takeTurn(t: Transition, service: ServiceState): void {
  const { name, turn, phase, spec } = service;
  if (turn === null || !isLive(phase)) return;
  if (overlaps(service)) return overlapTurn(t, service);
  if (phase.type === 'ready' && othersUnavailable(t, service) >= (spec.instance?.maxUnavailable ?? 1)) return;
  t.update(name, { turn: null, restartWanted: turn.cause.type === 'user' });
  beginStop(t, name, turn.cause);
}

/** The file asks again for what the process was started as: there is nothing to wait for any more. */
export function dropNeedlessTurn(t: Transition, name: string, spec: ServiceSpec): boolean {
  const { turn } = t.get(name);
  if (turn === null || turn.cause.type !== 'config-reload' || needsNewProcess(turn.from, spec)) return false;
  t.update(name, { turn: null });
  return true;
}

function othersUnavailable(t: Transition, service: ServiceState): number {
  return othersOf(t.services, service).filter(
    (other) => other.desired.type === 'up' && other.disabledBy === null && other.phase.type !== 'ready' && !waitsForOthersEnd(other),
  ).length;
}
