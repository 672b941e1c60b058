// Places of a service that is there several times, and which of them is kept free.
import type { ServiceState } from './state.ts';

type Services = ReadonlyMap<string, ServiceState>;

export function overlaps({ spec }: ServiceState): boolean {
  return spec.instance !== null && spec.instance.upAtOnce !== null;
}

/** As many of its kind are up as the file says: it is the place for a successor. */
export function isSpare(services: Services, service: ServiceState): boolean {
  const upAtOnce = service.spec.instance?.upAtOnce ?? null;
  if (upAtOnce === null || service.desired.type === 'up') return false;
  return othersOf(services, service).filter(({ desired }) => desired.type === 'up').length >= upAtOnce;
}

/** It waits for a socket that others of its kind have since before this omniroute: only when all of them have ended is it free. */
export function waitsForOthersEnd({ phase }: ServiceState): boolean {
  return phase.type === 'waiting' && phase.blockers.some((blocker) => blocker.type === 'socket' && blocker.outlived !== null);
}

/** The other instances of the same service. */
export function othersOf(services: Services, { name, spec }: ServiceState): ServiceState[] {
  return [...services.values()].filter((other) => other.name !== name && other.spec.instance?.of === spec.instance?.of);
}
