import { findTakenPorts } from '../process/ports.ts';
import type { ProjectSpec } from '../spec.ts';
import type { ForeignListener } from './project.ts';

/** Who listens on the ports and held sockets of a project that does not run. */
export function findListeners({ services }: ProjectSpec): Promise<readonly ForeignListener[]> {
  const ports = Object.values(services).flatMap((service) => [
    ...Object.values(service.ports).filter((port) => port !== 0),
    ...service.sockets.flatMap(({ address }) => (address.type === 'tcp' ? [address.port] : [])),
  ]);
  return findTakenPorts(ports);
}
