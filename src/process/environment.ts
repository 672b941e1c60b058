// The variables a run starts with.
import type { ServiceSpec } from '../spec.ts';

/** Carried by every process of a run: `<project>/<service>/<run>/<nonce>.<id of the state folder>`. */
export const MARKER_VARIABLE = 'OMNIROUTE_RUN';

const MIB = 1024 * 1024;
// Node takes dashes or underscores, and the value after `=` or a space.
const HEAP_FLAG = /(?:^|[\s"'])--max[-_]old[-_]space[-_]size(?:[-_]percentage)?(?=[=\s"']|$)/;

/**
 * Inherited variables, then ports, then the service's own `env`, which wins; the marker is always ours.
 * `memory.heap` is appended to NODE_OPTIONS unless a heap size is set there already.
 */
export function buildEnvironment(
  spec: ServiceSpec,
  inherited: Readonly<Record<string, string | undefined>>,
  marker: string,
): Record<string, string> {
  const env = withOwnVariables(spec, inheritedVariables(spec.inheritEnv, inherited));
  env[MARKER_VARIABLE] = marker;
  return env;
}

/** `base`, then ports, then the service's own `env`, with the heap limit in NODE_OPTIONS. */
export function withOwnVariables(
  { ports, env: own, memory }: Pick<ServiceSpec, 'ports' | 'env' | 'memory'>,
  base: Readonly<Record<string, string>>,
): Record<string, string> {
  const env = { ...base, ...portVariables(ports), ...own };
  if (memory.heapBytes !== null) env['NODE_OPTIONS'] = withHeapLimit(env['NODE_OPTIONS'] ?? '', memory.heapBytes);
  return env;
}

// What is said to omniroute itself: HOSTNAME names this machine, and servers take it for the address to bind to; the others are the
// protocol between omniroute and its own supervisor.
const NEVER_INHERITED: ReadonlySet<string> = new Set([
  'HOSTNAME',
  'NOTIFY_SOCKET',
  'NOTIFY_FD',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'LISTEN_PID',
]);

function inheritedVariables(
  names: ServiceSpec['inheritEnv'],
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of names === 'all' ? Object.keys(inherited) : names) {
    const value = inherited[name];
    if (value !== undefined && !NEVER_INHERITED.has(name)) env[name] = value;
  }
  return env;
}

function portVariables(ports: ServiceSpec['ports']): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, port] of Object.entries(ports)) {
    env['PORT'] ??= String(port);
    env[`PORT_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`] = String(port);
  }
  return env;
}

function withHeapLimit(nodeOptions: string, heapBytes: number): string {
  if (HEAP_FLAG.test(nodeOptions)) return nodeOptions;
  return `${nodeOptions} --max-old-space-size=${Math.max(1, Math.floor(heapBytes / MIB))}`.trimStart();
}
