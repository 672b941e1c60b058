// Which services can never come up by themselves, however long it takes: over all of a project, as one may stand behind another.
import type { ServiceSnapshot } from '../control/protocol.ts';
import { declaredName } from '../service-name.ts';

export interface Standing extends Pick<ServiceSnapshot, 'name' | 'state' | 'enabled' | 'overlaps' | 'blockedBy'> {
  /** Given up, it is tried again some time. */
  readonly comesBack: boolean;
  /** Null: it has none. */
  readonly socketsHeld: boolean | null;
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

const LIVE: ReadonlySet<Standing['state']> = new Set(['starting', 'ready', 'unready']);

/** Other instances have its socket since before this omniroute, and go on. */
function waitsForOwnKind({ state, blockedBy, socketsHeld }: Standing, services: readonly Standing[]): boolean {
  const own = blockedBy.find((blocker) => blocker.type === 'socket' && blocker.outlived !== null);
  if (state !== 'waiting' || socketsHeld !== false || own?.type !== 'socket') return false;
  return services.some((other) => declaredName(other.name) === own.outlived && LIVE.has(other.state));
}

function isStuck(blocker: ServiceSnapshot['blockedBy'][number], stuck: ReadonlySet<string>): boolean {
  return (blocker.type === 'dependency' || blocker.type === 'output') && stuck.has(blocker.service);
}
