// The keys that not every engine has a notion of: told wherever they are used and not carried.
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import type { Loss } from './exported.ts';

interface Feature {
  isUsed(service: ServiceSpec): boolean;
  readonly message: string;
  /** It has a default, which is no loss. */
  readonly isDefault?: true;
}

const FEATURES = {
  enabled: { isUsed: ({ enabled }) => !enabled, message: 'it starts with the others there' },
  optional: { isUsed: ({ optional }) => optional, message: 'every service counts there' },
  profiles: { isUsed: ({ profiles }) => profiles.length > 0, message: 'there are no profiles: it starts with the others' },
  inherit_env: {
    isUsed: ({ inheritEnv }) => inheritEnv.length > 0,
    isDefault: true,
    message: 'nothing is inherited there: what a service needs stands in its `env`',
  },
  'readiness.log': { isUsed: ({ readiness }) => readiness?.log != null, message: 'nothing there reads what a service prints' },
  'readiness.outputs': {
    isUsed: ({ readiness }) => (readiness?.outputs.length ?? 0) > 0,
    message: 'nothing there reads what a service prints',
  },
  'readiness.fail_on': {
    isUsed: ({ readiness }) => (readiness?.failOn.length ?? 0) > 0,
    message: 'nothing there reads what a service prints',
  },
  liveness: { isUsed: ({ liveness }) => liveness !== null, message: 'a service that is stuck is not restarted there' },
  'restart.backoff': { isUsed: () => true, isDefault: true, message: 'the waits between restarts are its own' },
  'restart.max_attempts': { isUsed: () => true, isDefault: true, message: 'it does not give up there' },
  'restart.max_crashes': { isUsed: () => true, isDefault: true, message: 'it does not give up there' },
  'restart.retry_after': { isUsed: () => true, isDefault: true, message: 'there is no second beginning after it gave up' },
  sockets: {
    isUsed: ({ sockets }) => sockets.length > 0,
    message: 'nothing holds a listening socket there: the service must listen by itself when it gets none',
  },
  schedule: {
    isUsed: ({ schedule }) => schedule !== null,
    message: 'nothing is started by the clock there: it runs once, with the others',
  },
  start: { isUsed: ({ start }) => start === 'on-demand', message: 'nothing waits for a first connection there: it starts with the others' },
  instances: { isUsed: ({ instances }) => instances !== null, message: 'it is there once' },
  groups: { isUsed: ({ group }) => group !== null, message: 'a crash of one restarts no other there' },
  'readiness.notify': {
    isUsed: ({ readiness }) => readiness?.notify != null,
    message: 'nobody hears it there when it says that it is ready',
  },
  watchdog: { isUsed: ({ watchdogMs }) => watchdogMs !== null, message: 'a service that falls silent is not restarted there' },
  success_exit: { isUsed: ({ successExit }) => successExit.join() !== '0', message: 'success is exit 0 there' },
  'stop.command': { isUsed: ({ stop }) => stop.command !== null, message: 'a service is stopped by its signal alone there' },
  'memory.warn': { isUsed: ({ memory }) => memory.warnBytes !== null, message: 'nothing tells of memory below the limit there' },
  'memory.soft': {
    isUsed: ({ memory }) => memory.softBytes !== null,
    message: 'memory has one limit there, at which the service is killed',
  },
  crash_rules: { isUsed: ({ crashRules }) => crashRules.length > 0, message: 'nothing there tells one crash from another' },
  outputs: { isUsed: ({ outputs }) => Object.keys(outputs).length > 0, message: 'nothing there reads what a service prints' },
  watch: { isUsed: ({ watch }) => watch !== null, message: 'no file is watched there' },
  'hooks.pre_start': { isUsed: ({ hooks }) => hooks.pre_start !== undefined, message: 'nothing is run before a start there' },
  'hooks.post_ready': { isUsed: ({ hooks }) => hooks.post_ready !== undefined, message: 'nothing is run after readiness there' },
  'hooks.pre_stop': { isUsed: ({ hooks }) => hooks.pre_stop !== undefined, message: 'nothing is run before a stop there' },
  'hooks.post_exit': { isUsed: ({ hooks }) => hooks.post_exit !== undefined, message: 'nothing is run after an end there' },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureKey = keyof typeof FEATURES;

/** Where what is not enabled does not start: who waits for it does so here, and not there. */
export function findDisabledDependencies({ services }: ProjectSpec): Loss[] {
  return Object.values(services).flatMap(({ name: service, dependsOn }) =>
    Object.keys(dependsOn).flatMap((name) =>
      services[name]?.enabled === false
        ? [{ service, key: `depends_on.${name}`, message: `\`${name}\` is not enabled: it is not waited for there` }]
        : [],
    ),
  );
}

/** What is used and not in `carried`. */
export function findLosses(project: ProjectSpec, carried: readonly FeatureKey[]): Loss[] {
  const services = Object.values(project.services).flatMap((service) => [
    ...(Object.entries(FEATURES) as [FeatureKey, Feature][]).flatMap(([key, { isUsed, message, isDefault }]) =>
      carried.includes(key) || !isUsed(service) ? [] : [{ service: service.name, key, message, ...(isDefault ? { isDefault } : {}) }],
    ),
    ...Object.entries(service.dependsOn).flatMap(([name, { restart }]) =>
      restart === 'never'
        ? []
        : [{ service: service.name, key: `depends_on.${name}.restart`, message: 'a service is not restarted along with another there' }],
    ),
  ]);
  if (project.notifications.length === 0) return services;
  return [...services, { service: null, key: 'notifications', message: '`notifications`: nobody is told by omniroute there' }];
}
