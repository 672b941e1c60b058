// What in a valid project is likely to hurt one day, each with the line that mends it. Pure.
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import type { Finding } from './finding.ts';
import type { Script } from './script.ts';
import { findWrapper } from './wrapper.ts';

/** As `file:line:col`; null: nowhere. */
type PlaceOf = (service: string, key: string) => string | null;

/** Who listens on a port of the project, and is none of it. */
export interface ForeignListener {
  readonly port: number;
  readonly pid: number | null;
  readonly command: string | null;
}

/** What the project file does not say. */
export interface Surroundings {
  readonly listeners: readonly ForeignListener[];
  /** The shell script that a service runs; null: it runs none, or none that can be read. */
  scriptOf(service: ServiceSpec): Script | null;
}

interface Examined extends Surroundings {
  readonly service: ServiceSpec;
  readonly project: ProjectSpec;
  readonly placeOf: PlaceOf;
}

type Examination = (examined: Examined) => Finding | null;

const EXAMINATIONS: readonly Examination[] = [
  findBusyPort,
  findHastyStart,
  findWeakReadiness,
  findMissingLimit,
  ({ service, placeOf, scriptOf }) =>
    findWrapper(service, scriptOf(service), placeOf(service.name, 'shell') ?? placeOf(service.name, 'command')),
];

/** By service, in the order of the file. */
export function examineProject(project: ProjectSpec, placeOf: PlaceOf, surroundings: Surroundings): Finding[] {
  return Object.values(project.services).flatMap((service) =>
    EXAMINATIONS.flatMap((examine) => examine({ service, project, placeOf, ...surroundings }) ?? []),
  );
}

function findBusyPort({ service, placeOf, listeners }: Examined): Finding | null {
  const held = service.sockets.flatMap(({ address }) => (address.type === 'tcp' ? [address.port] : []));
  const busy = listeners.find(({ port }) => [...Object.values(service.ports), ...held].includes(port));
  if (busy === undefined) return null;
  const who = busy.pid === null ? 'another user' : `pid ${busy.pid}${busy.command === null ? '' : ` (${busy.command})`}`;
  return {
    level: 'risk',
    subject: service.name,
    text: `port ${busy.port} is taken by ${who}: the service will wait for it`,
    fix: busy.pid === null ? null : `kill ${busy.pid}`,
    place: placeOf(service.name, Object.values(service.ports).includes(busy.port) ? 'ports' : 'sockets'),
  };
}

function findHastyStart({ service, project, placeOf }: Examined): Finding | null {
  if (service.readiness !== null || service.type === 'job') return null;
  const dependents = Object.values(project.services).filter(({ dependsOn }) => Object.hasOwn(dependsOn, service.name));
  const [first] = dependents;
  if (first === undefined) return null;
  return {
    level: 'note',
    subject: service.name,
    text: `has no readiness, so ${first.name} starts before it can serve`,
    fix: `readiness: { http: { url: "http://127.0.0.1:${Object.values(service.ports)[0] ?? 8080}/" } }`,
    place: placeOf(service.name, 'readiness'),
  };
}

function findWeakReadiness({ service, placeOf }: Examined): Finding | null {
  const { readiness } = service;
  if (readiness === null || readiness.log !== null || readiness.outputs.length > 0) return null;
  const [probe] = readiness.probes;
  if (readiness.probes.length !== 1 || probe?.type !== 'tcp') return null;
  return {
    level: 'note',
    subject: service.name,
    text: 'is ready as soon as its port is open, which a server that answers nothing but errors does too',
    fix: `readiness: { http: { url: "http://${probe.host}:${probe.port}/" } }`,
    place: placeOf(service.name, 'readiness.tcp'),
  };
}

function findMissingLimit({ service, placeOf }: Examined): Finding | null {
  const { heapBytes, softBytes, hardBytes } = service.memory;
  if (service.type === 'job' || heapBytes !== null || softBytes !== null || hardBytes !== null) return null;
  return {
    level: 'note',
    subject: service.name,
    text: 'may take all the memory there is: then the kernel chooses what to kill',
    fix: 'memory: { hard: 1GiB }',
    place: placeOf(service.name, 'memory'),
  };
}
