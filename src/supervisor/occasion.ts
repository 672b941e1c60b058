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

/** Waiting, it begins with the first connection: until then nothing but its sockets matters. */
export function isAsleep(service: ServiceState): boolean {
  return occasionOf(service.spec) === 'connection' && !service.due && service.disabledBy === null;
}

/** From now on the edge tells when a schedule wants it next. */
export function planOccasion(t: Transition, name: string): void {
  const { schedule } = t.get(name).spec;
  if (schedule !== null) t.order({ type: 'plan-run', service: name, schedule });
}
