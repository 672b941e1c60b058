// Which services can never come up by themselves, however long it takes: over all of a project, as one may stand behind another.
import type { ServiceSnapshot } from '../control/protocol.ts';
import { declaredName } from '../service-name.ts';

export interface Standing extends Pick<ServiceSnapshot, 'name' | 'state' | 'enabled' | 'overlaps' | 'blockedBy'> {
  /** Given up, it is tried again some time. */
  readonly comesBack: boolean;
}

/**
 * Names of those that only a person can bring up. What waits for its time or for a connection comes up by itself, and so does what gave up
 * and is tried again. `startable`: so does a stopped one, as somebody may be about to start it.
 */
export function findStuck(services: readonly Standing[], { startable }: { readonly startable: boolean }): ReadonlySet<string> {
  const lacking = services.filter((service) => needsPerson(service, startable) || waitsForOwnKind(service, services));
  const stuck = new Set(lacking.map(({ name }) => name));
  if (stuck.size === 0) return stuck;
  const waiting = services.filter(({ name, state }) => state === 'waiting' && !stuck.has(name));
  // Until there are no more of them: whoever waits for one of them is one of them.
  for (let before = 0; before !== stuck.size; ) {
    before = stuck.size;
    for (const { name, blockedBy } of waiting) if (blockedBy.some((blocker) => isStuck(blocker, stuck))) stuck.add(name);
  }
  return stuck;
}

function needsPerson({ state, enabled, overlaps, comesBack }: Standing, startable: boolean): boolean {
  if (state === 'failed') return !comesBack;
  if (!enabled) return state === 'waiting' || state === 'stopped';
  return state === 'stopped' && !overlaps && !startable;
}

/** Other instances have its socket since before this omniroute, and none of them is about to end. */
function waitsForOwnKind({ state, blockedBy }: Standing, services: readonly Standing[]): boolean {
  if (state !== 'waiting') return false;
  return blockedBy.some(
    (blocker) =>
      blocker.type === 'socket' &&
      blocker.outlived !== null &&
      !services.some((other) => declaredName(other.name) === blocker.outlived && other.state === 'stopping'),
  );
}

function isStuck(blocker: ServiceSnapshot['blockedBy'][number], stuck: ReadonlySet<string>): boolean {
  return (blocker.type === 'dependency' || blocker.type === 'output') && stuck.has(blocker.service);
}
