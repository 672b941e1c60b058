import { dependentsOf, withDependencies } from '../graph.ts';
import type { ProjectSpec } from '../spec.ts';

/**
 * Where a job runs in an engine whose services share a pod or a group. `before`: it needs no service, so it completes before
 * all of them. `beside`: it needs one, and another waits for it. `apart`: nobody waits for it, or
 * its times are its own. A service is in no place.
 */
export type JobPlace = 'before' | 'beside' | 'apart';

export function jobPlaces({ services }: ProjectSpec): ReadonlyMap<string, JobPlace> {
  const jobs = Object.values(services).filter(({ type }) => type === 'job');
  return new Map(
    jobs.map(({ name, schedule }): [string, JobPlace] => {
      if (schedule !== null || dependentsOf(services, name).length === 0) return [name, 'apart'];
      const needsService = withDependencies(services, [name]).some((each) => services[each]?.type === 'service');
      return [name, needsService ? 'beside' : 'before'];
    }),
  );
}
