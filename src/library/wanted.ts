import type { ProjectSnapshot } from '../control/protocol.ts';

/** Names of all that shall run: neither stopped nor disabled. */
export function namesWanted({ services }: Pick<ProjectSnapshot, 'services'>): string[] {
  return services.filter(({ desired, enabled }) => desired === 'up' && enabled).map(({ name }) => name);
}
