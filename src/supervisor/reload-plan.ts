// What a new file would change, service by service: the same diff for `plan` and for the reload itself.
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import { sameValue } from './same-value.ts';
import type { SupervisorState } from './state.ts';

/** `add`: new in the file, and not started by that. */
export type ChangeClass = 'start' | 'add' | 'stop' | 'restart' | 'live' | 'unchanged';

export interface ServiceChange {
  readonly service: string;
  readonly class: ChangeClass;
  /** Keys of the file that differ: `command`, `env.LOG_LEVEL`, `memory.heap`. */
  readonly fields: readonly string[];
}

export interface ReloadPlan {
  /** Keys of the project that no reload can apply. */
  readonly refused: readonly string[];
  /** Keys of the project that are applied in place. */
  readonly project: readonly string[];
  readonly services: readonly ServiceChange[];
}

/** The file's key of each field, and whether it takes a new process to apply it. */
const FIELDS: Readonly<Record<Exclude<keyof ServiceSpec, 'name'>, { readonly key: string; readonly needsRestart: boolean }>> = {
  description: { key: 'description', needsRestart: false },
  image: { key: 'image', needsRestart: false },
  type: { key: 'type', needsRestart: true },
  schedule: { key: 'schedule', needsRestart: false },
  start: { key: 'start', needsRestart: false },
  instances: { key: 'instances', needsRestart: false },
  instance: { key: 'instances.max_unavailable', needsRestart: false },
  enabled: { key: 'enabled', needsRestart: false },
  optional: { key: 'optional', needsRestart: false },
  profiles: { key: 'profiles', needsRestart: false },
  command: { key: 'command', needsRestart: true },
  cwd: { key: 'cwd', needsRestart: true },
  env: { key: 'env', needsRestart: true },
  inheritEnv: { key: 'inherit_env', needsRestart: true },
  ports: { key: 'ports', needsRestart: true },
  sockets: { key: 'sockets', needsRestart: true },
  readiness: { key: 'readiness', needsRestart: false },
  liveness: { key: 'liveness', needsRestart: false },
  watchdogMs: { key: 'watchdog', needsRestart: true },
  restart: { key: 'restart', needsRestart: false },
  successExit: { key: 'success_exit', needsRestart: false },
  stop: { key: 'stop', needsRestart: false },
  memory: { key: 'memory', needsRestart: false },
  crashRules: { key: 'crash_rules', needsRestart: false },
  outputs: { key: 'outputs', needsRestart: false },
  watch: { key: 'watch', needsRestart: false },
  hooks: { key: 'hooks', needsRestart: false },
  dependsOn: { key: 'depends_on', needsRestart: false },
  group: { key: 'groups', needsRestart: false },
};

const PROJECT_FIELDS = {
  logs: 'logs',
  reload: 'reload',
  profiles: 'profiles',
  notifications: 'notifications',
  contain: 'contain',
  on_supervisor_death: 'onSupervisorDeath',
} as const;

type Running = Pick<SupervisorState, 'project' | 'services' | 'startsAdded' | 'profiles'>;

/** What the file would change of what runs. Moved lines, comments and the order of keys are no change. */
export function planReload(state: Running, after: ProjectSpec): ReloadPlan {
  return compareProjects(state.project, after, (spec) => spec.enabled && startsWhenAdded(spec, state));
}

/** Whether a service that a reload adds is wanted by that: an instance with its siblings, others by their profiles. */
export function startsWhenAdded(spec: ServiceSpec, { services, startsAdded, profiles }: Running): boolean {
  const { instance } = spec;
  const siblings = instance === null ? [] : [...services.values()].filter(({ spec: { instance: its } }) => its?.of === instance.of);
  if (siblings.some(({ name, desired }) => name !== spec.name && desired.type === 'up')) return true;
  return startsAdded && (spec.profiles.length === 0 || spec.profiles.some((profile) => profiles.includes(profile)));
}

/** Compares two validated projects; `starts`: whether one that is added is started. */
function compareProjects(before: ProjectSpec, after: ProjectSpec, starts: (added: ServiceSpec) => boolean): ReloadPlan {
  const names = [...new Set([...Object.keys(before.services), ...Object.keys(after.services)])];
  return {
    refused: [...(before.name === after.name ? [] : ['name']), ...(before.stateDir === after.stateDir ? [] : ['state_dir'])],
    project: Object.entries(PROJECT_FIELDS).flatMap(([key, field]) => (sameValue(before[field], after[field]) ? [] : [key])),
    services: names.map((name) => compareServices(name, before.services[name], after.services[name], starts)),
  };
}

/** True where a reload would do nothing at all. */
export function isEmptyPlan(plan: ReloadPlan): boolean {
  return plan.refused.length === 0 && plan.project.length === 0 && plan.services.every((change) => change.class === 'unchanged');
}

/** Whether a process that was started as the one would have to be started anew for the other. */
export function needsNewProcess(before: ServiceSpec, after: ServiceSpec): boolean {
  return compareServices(after.name, before, after, () => true).class === 'restart';
}

function compareServices(
  service: string,
  before: ServiceSpec | undefined,
  after: ServiceSpec | undefined,
  starts: (added: ServiceSpec) => boolean,
): ServiceChange {
  if (!before) return { service, class: after && starts(after) ? 'start' : 'add', fields: [] };
  if (!after) return { service, class: 'stop', fields: [] };
  const changed = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).filter((field) => !sameValue(before[field], after[field]));
  const heap = before.memory.heapBytes !== after.memory.heapBytes;
  // A process is told once how it can announce itself.
  const notify = (before.readiness?.notify ?? null) !== (after.readiness?.notify ?? null);
  const restart = heap || notify || changed.some((field) => FIELDS[field].needsRestart);
  const fields = changed.map((field) => {
    if (field === 'env') return changedEntries('env', before.env, after.env);
    return field === 'memory' && heap ? ['memory.heap'] : [FIELDS[field].key];
  });
  return { service, class: changed.length === 0 ? 'unchanged' : restart ? 'restart' : 'live', fields: fields.flat() };
}

function changedEntries(key: string, before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).map((name) => `${key}.${name}`);
}
