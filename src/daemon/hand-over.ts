// Omniroute makes room for another one, as after an upgrade: it ends as if it had been killed, but in order.
import type { HandOver } from '../control/protocol.ts';
import type { ProjectSpec } from '../spec.ts';
import type { Event } from '../supervisor/event.ts';
import { hasRun, type SupervisorState } from '../supervisor/state.ts';
import type { DaemonOptions } from './options.ts';
import type { HandedOver } from './state-file.ts';

/** In words; null: nothing is under way that only this process could finish. */
export function findHandOverObstacle(state: SupervisorState, mode: DaemonOptions['mode']): string | null {
  if (mode === 'foreground') return 'it runs in the foreground of a terminal: end it there with Ctrl-C, and start it again';
  if (mode === 'embedded') return 'it runs inside another program: end it there, and start it again';
  if (state.goingDown) return 'omniroute is going down';
  const busy = [...state.services.values()].find(({ phase }) => phase.type === 'stopping' || (hasRun(phase) && phase.run.pid === null));
  return busy === undefined
    ? null
    : `${busy.name} is just ${busy.phase.type === 'stopping' ? 'stopping' : 'starting'}: try again in a moment`;
}

/** What the one that takes over is told before it starts anything. */
export function eventsOf({ completed, disabled }: HandedOver, { services }: ProjectSpec): Event[] {
  const isKnown = (service: string): boolean => Object.hasOwn(services, service);
  return [
    ...completed.filter(isKnown).map((service) => ({ type: 'completion-recovered' as const, service })),
    ...disabled
      .filter(({ service }) => isKnown(service))
      .map(({ service, by }) => ({ type: 'disable-requested' as const, services: [service], actor: by })),
  ];
}

export function describeHandOver(state: SupervisorState, options: DaemonOptions): HandOver {
  const services = [...state.services.values()].filter(({ removed }) => !removed);
  const { profiles, recovery, maxRestarts, watch, listen } = options;
  return {
    services: services.filter(({ desired, phase }) => desired.type === 'up' && phase.type !== 'completed').map(({ name }) => name),
    profiles,
    recovery,
    maxRestarts,
    watch,
    listen: listen && { host: listen.host, port: listen.port },
  };
}
