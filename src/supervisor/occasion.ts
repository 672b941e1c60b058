// Services whose runs wait for an occasion: the time of a schedule, or the first connection to a held socket.
import type { ServiceSpec } from '../spec.ts';
import type { Blocker } from './snapshot.ts';
import type { ServiceState } from './state.ts';
import type { Transition } from './transition.ts';

type Occasion = Extract<Blocker, { type: 'occasion' }>['of'];

/** What its runs wait for; null: they begin by themselves. */
export function occasionOf({ schedule, start }: ServiceSpec): Occasion | null {
  if (schedule !== null) return 'schedule';
  return start === 'on-demand' ? 'connection' : null;
}

/** The occasion that has not come yet. */
export function missingOccasion(service: ServiceState): Blocker[] {
  const of = occasionOf(service.spec);
  return of === null || service.due ? [] : [{ type: 'occasion', of }];
}

/** From now on the edge tells when there is one. */
export function awaitOccasion(t: Transition, name: string): void {
  const { spec, due, disabledBy } = t.get(name);
  if (spec.schedule !== null) t.order({ type: 'plan-run', service: name, schedule: spec.schedule });
  else if (spec.start === 'on-demand' && !due && disabledBy === null) t.order({ type: 'await-demand', service: name, spec });
}
