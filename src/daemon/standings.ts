// How services stand that no run tells of, for the omniroute that comes next.
import type { ProjectSpec } from '../spec.ts';
import type { Event, Rest } from '../supervisor/event.ts';
import type { ServiceState, SupervisorState } from '../supervisor/state.ts';
import { fingerprint } from './fingerprint.ts';
import { isRecordedEnd, type RecordedEnd, recordEnd } from './recorded-end.ts';

interface RecordedRest {
  readonly service: string;
  readonly rest: Rest;
  /** Of what has completed or given up: another program may not have. */
  readonly fingerprint: string;
}

export interface Standings {
  /** Jobs that need not run again; at a hand-over also who gave up. */
  readonly rests: readonly RecordedRest[];
  /** Of their fingerprints. */
  readonly nonce: string;
  readonly disabled: readonly { readonly service: string; readonly by: string }[];
  /** By somebody, though the file says otherwise. */
  readonly enabled: readonly string[];
}

/** What goes on with another omniroute, and is not asked for anew. */
export interface HandedOver {
  /** With a run, or about to get one. */
  readonly wanted: readonly { readonly service: string; readonly ignoresDependencies: boolean }[];
  readonly startsAdded: boolean;
  /** Absent where an omniroute without them wrote it. */
  readonly ends?: readonly RecordedEnd[];
}

export interface RecordOptions {
  /** Else the next omniroute is one that somebody starts, which tries again what gave up. */
  readonly handsOver: boolean;
  /** Unique to this omniroute. */
  readonly nonce: string;
  /** Takes secrets out of a text. */
  mask(text: string): string;
}

export function describeStandings({ services }: SupervisorState, { handsOver, nonce, mask }: RecordOptions): Standings {
  const present = [...services.values()].filter(({ removed }) => !removed);
  return {
    rests: present.flatMap((service) => {
      const rest = restOf(service);
      if (rest === null || (rest.phase.type === 'failed' && !handsOver)) return [];
      // Why it gave up may be told by a line that it printed.
      const phase = rest.phase.type === 'failed' ? { ...rest.phase, reason: mask(rest.phase.reason) } : rest.phase;
      return [{ service: service.name, rest: { ...rest, phase }, fingerprint: fingerprint(service.spec, nonce) }];
    }),
    nonce,
    // What the file says of it the next one reads there.
    disabled: present.flatMap(({ name, disabledBy, spec }) =>
      disabledBy === null || !spec.enabled ? [] : [{ service: name, by: disabledBy }],
    ),
    enabled: present.filter(({ disabledBy, spec }) => disabledBy === null && !spec.enabled).map(({ name }) => name),
  };
}

export function describeHandedOver({ services, startsAdded }: SupervisorState, mask: RecordOptions['mask']): HandedOver {
  const all = [...services.values()];
  const wanted = all.filter((service) => service.desired.type === 'up' && restOf(service) === null);
  return {
    wanted: wanted.map(({ name, ignoresDependencies }) => ({ service: name, ignoresDependencies })),
    startsAdded,
    ends: all.flatMap((service) => recordEnd(service, mask) ?? []),
  };
}

function restOf({ phase, desired, restarts, ignoresDependencies }: ServiceState): Rest | null {
  if (desired.type === 'down' || (phase.type !== 'completed' && phase.type !== 'failed')) return null;
  return { phase, restarts, ignoresDependencies };
}

/** Whether a record that somebody may have edited can be used. */
export function areStandings(value: Standings): boolean {
  const { rests, nonce, disabled, enabled } = value ?? {};
  return (
    typeof nonce === 'string' &&
    [rests, disabled, enabled].every(Array.isArray) &&
    rests.every((each) => typeof each?.service === 'string' && typeof each.fingerprint === 'string' && isRest(each.rest)) &&
    disabled.every((each) => typeof each?.service === 'string' && typeof each.by === 'string') &&
    enabled.every((name) => typeof name === 'string')
  );
}

/** Likewise. */
export function isHandedOver(value: HandedOver): boolean {
  const { wanted, ends = [] } = value ?? {};
  return Array.isArray(wanted) && wanted.every((each) => typeof each?.service === 'string') && Array.isArray(ends);
}

function isRest(rest: Rest): boolean {
  if (!Number.isInteger(rest?.restarts)) return false;
  const { phase } = rest;
  if (phase?.type !== 'failed') return phase?.type === 'completed';
  return typeof phase.reason === 'string' && (phase.retryAtMs === null || Number.isFinite(phase.retryAtMs));
}

/** What the next omniroute is told before anything else. What the file asks for otherwise by now is not at rest, as after a reload. */
export function recallStandings({ rests, nonce, disabled, enabled }: Standings, { services }: ProjectSpec): Event[] {
  const isKnown = knownIn(services);
  return [
    ...rests
      .filter((each) => isKnown(each) && !hasChanged(each, nonce, services))
      .map(({ service, rest }) => ({ type: 'rest-recovered' as const, service, rest })),
    ...disabled.filter(isKnown).map(({ service, by }) => ({ type: 'disable-requested' as const, services: [service], actor: by })),
    ...enabled
      .filter((service) => isKnown({ service }))
      .map((service) => ({ type: 'enable-requested' as const, services: [service], actor: 'the omniroute before' })),
  ];
}

/** Once it knows of what runs. */
export function recallWishes({ wanted, ends = [] }: HandedOver, { rests, nonce }: Standings, { services }: ProjectSpec): Event[] {
  const changed = rests.filter((each) => hasChanged(each, nonce, services));
  const wishes = [...wanted, ...changed.map(({ service, rest }) => ({ service, ignoresDependencies: rest.ignoresDependencies }))];
  const isKnown = knownIn(services);
  return [
    ...ends.filter((end) => isRecordedEnd(end) && isKnown(end)).map((end) => ({ ...end, type: 'end-recovered' as const })),
    ...wishes.filter(isKnown).map((wish) => ({ ...wish, type: 'wish-recovered' as const })),
  ];
}

function knownIn(services: ProjectSpec['services']): (each: { readonly service: string }) => boolean {
  return ({ service }) => Object.hasOwn(services, service);
}

function hasChanged({ service, fingerprint: before }: RecordedRest, nonce: string, services: ProjectSpec['services']): boolean {
  const spec = Object.hasOwn(services, service) ? services[service] : undefined;
  return spec !== undefined && fingerprint(spec, nonce) !== before;
}
