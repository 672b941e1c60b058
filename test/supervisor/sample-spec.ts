// Specs with every default filled in; a test names only what it is about.
import type {
  CrashRule,
  Dependency,
  Hook,
  LivenessSpec,
  MemoryPolicy,
  ProjectSpec,
  ReadinessSpec,
  RestartPolicy,
  ServiceSpec,
} from '../../src/spec.ts';

const RESTART: RestartPolicy = {
  policy: 'always',
  strategy: 'replace',
  backoff: { firstMs: 0, initialMs: 500, factor: 2, maxMs: 30_000, jitter: 0 },
  stableAfterMs: 30_000,
  maxAttempts: 10,
  maxCrashes: null,
  windowMs: 60_000,
  retryAfterMs: 600_000,
};

const NO_MEMORY_LIMIT: MemoryPolicy = { heapBytes: null, warnBytes: null, softBytes: null, hardBytes: null, periodMs: 1000 };

export type Given = Omit<Partial<ServiceSpec>, 'restart' | 'dependsOn' | 'memory'> & {
  readonly restart?: Partial<RestartPolicy>;
  readonly memory?: Partial<MemoryPolicy>;
  /** A name alone: the condition `started`, restarted along never. */
  readonly dependsOn?: Readonly<Record<string, Partial<Dependency>>> | readonly string[];
};

export function sampleSpec(name: string, given: Given = {}): ServiceSpec {
  const { restart, memory, dependsOn = {}, ...rest } = given;
  const dependencies = Array.isArray(dependsOn) ? Object.fromEntries((dependsOn as string[]).map((each) => [each, {}])) : dependsOn;
  return {
    name,
    description: null,
    image: null,
    type: 'service',
    schedule: null,
    start: 'auto',
    instances: null,
    instance: null,
    enabled: true,
    optional: false,
    profiles: [],
    command: ['run', name],
    cwd: '/project',
    env: {},
    inheritEnv: 'all',
    ports: {},
    sockets: [],
    readiness: null,
    liveness: null,
    watchdogMs: null,
    restart: { ...RESTART, ...(rest.type === 'job' ? { policy: 'never' as const } : {}), ...restart },
    successExit: [0],
    stop: { signal: 'SIGTERM', gracePeriodMs: 10_000, command: null },
    memory: { ...NO_MEMORY_LIMIT, ...memory },
    crashRules: [],
    outputs: {},
    watch: null,
    hooks: {},
    dependsOn: Object.fromEntries(
      Object.entries(dependencies as Record<string, Partial<Dependency>>).map(([target, dependency]) => [
        target,
        { condition: 'started', restart: 'never', ...dependency },
      ]),
    ),
    group: null,
    ...rest,
  };
}

export function sampleProject(services: Readonly<Record<string, Given>>, given: Partial<ProjectSpec> = {}): ProjectSpec {
  return {
    name: 'shop',
    dir: '/project',
    stateDir: '/project/.omniroute',
    reload: { watch: true, settleMs: 10_000, onFailure: 'rollback' },
    logs: { maxSizeBytes: 1_000_000, keep: 5, maxLineBytes: 65_536 },
    profiles: {},
    notifications: [],
    contain: 'auto',
    onSupervisorDeath: 'keep',
    services: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, sampleSpec(name, service)])),
    ...given,
  };
}

/** Ready when a line says so. */
export const BY_LINE: ReadinessSpec = {
  probes: [],
  log: { match: 'go', stream: 'any' },
  outputs: [],
  notify: null,
  periodMs: 250,
  timeoutMs: 10_000,
  startTimeoutMs: 60_000,
  failureThreshold: 3,
  failOn: [],
};

/** Ready when a probe succeeds. */
export const BY_PROBE: ReadinessSpec = { ...BY_LINE, log: null, probes: [{ type: 'tcp', host: '127.0.0.1', port: 80 }] };

export const LIVENESS: LivenessSpec = {
  probe: { type: 'tcp', host: '127.0.0.1', port: 80 },
  periodMs: 10_000,
  timeoutMs: 5_000,
  failureThreshold: 3,
};

export const HOOK: Hook = { command: ['hook'], timeoutMs: 5_000 };

export function rule(
  name: string,
  then: CrashRule['then'],
  when: Partial<CrashRule['when']> = {},
  atMost: CrashRule['atMost'] = null,
): CrashRule {
  return { name, when: { log: null, causes: null, exits: null, gaveUp: null, ...when }, then, atMost };
}
