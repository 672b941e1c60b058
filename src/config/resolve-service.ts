// One service of the file, defaults filled in, as the spec that everything after works with.
import type { Dependency, Group, MemoryPolicy, RestartPolicy, ServiceSpec, Signal, StopPolicy, WatchSpec } from '../spec.ts';
import type { Cursor } from './cursor.ts';
import type { FilledMemoryFile, FilledRestartFile, FilledServiceFile, FilledStopFile, FilledWatchFile } from './filled-file.ts';
import { resolveCommand, resolveHooks, resolveWords } from './resolve-command.ts';
import { resolveCrashRule } from './resolve-crash-rule.ts';
import { resolveLiveness, resolveLogPattern, resolveReadiness } from './resolve-probe.ts';
import { resolveSockets } from './resolve-sockets.ts';

export interface ServiceSurroundings {
  readonly projectDir: string;
  readonly stateDir: string;
  readonly profiles: Readonly<Record<string, readonly string[]>>;
  readonly ports: ReadonlyMap<string, number | null>;
  /** Of the project and of the service's env files, the service's own on top. */
  readonly env: Readonly<Record<string, string>>;
  readonly group: Group | null;
  readonly typeOf: (service: string) => { readonly isJob: boolean; readonly hasReadiness: boolean } | null;
}

/** Null, with the reason reported, where it does not say what to run. */
export function resolveService(name: string, file: FilledServiceFile, at: Cursor, around: ServiceSurroundings): ServiceSpec | null {
  const command = resolveCommand(file, at);
  if (command === null) {
    if (file.command === undefined && file.shell === undefined) reportNoCommand(name, at);
    return null;
  }
  return {
    name,
    description: file.description ?? null,
    image: file.image ?? null,
    type: file.type,
    schedule: file.schedule ? { ...file.schedule, timezone: file.schedule.timezone ?? null } : null,
    start: file.start,
    instances: file.instances ? { count: file.instances.count, maxUnavailable: file.instances.max_unavailable } : null,
    instance: null,
    enabled: file.enabled,
    optional: file.optional,
    profiles: Object.keys(around.profiles).filter((profile) => around.profiles[profile]?.includes(name)),
    command,
    cwd: file.cwd === undefined ? around.projectDir : at.in('cwd').absolute(file.cwd),
    env: around.env,
    inheritEnv: typeof file.inherit_env === 'boolean' ? (file.inherit_env ? 'all' : []) : file.inherit_env,
    ports: Object.fromEntries([...around.ports].map(([port, number]) => [port, number ?? 0])),
    sockets: resolveSockets(file.sockets, at.in('sockets')),
    readiness: file.readiness ? resolveReadiness(file.readiness, at.in('readiness'), Object.keys(file.outputs)) : null,
    liveness: file.liveness ? resolveLiveness(file.liveness, at.in('liveness')) : null,
    watchdogMs: file.watchdog === undefined ? null : at.in('watchdog').durationMs(file.watchdog),
    restart: resolveRestart(file.restart, file.type, at.in('restart')),
    successExit: file.success_exit as (number | Signal)[],
    stop: resolveStop(file.stop, at.in('stop')),
    memory: resolveMemory(file.memory, at.in('memory')),
    crashRules: file.crash_rules.map((rule, index) => resolveCrashRule(rule, at.in('crash_rules', index), name)),
    outputs: mapValues(file.outputs, (output, key) => resolveLogPattern(output, at.in('outputs', key))),
    watch: file.watch ? resolveWatch(file.watch, at.in('watch')) : null,
    hooks: resolveHooks(file.hooks, at.in('hooks')),
    dependsOn: mapValues(file.depends_on, ({ condition, restart }, target) => ({
      condition: condition ?? defaultCondition(around.typeOf(target)),
      restart,
    })),
    group: around.group,
  };
}

function reportNoCommand(name: string, at: Cursor): void {
  const message = `\`${name}\` does not say what to run`;
  at.report({ code: 'no-command', message, hint: 'give it `command: [program, argument]`, `shell: "…"` or `uses: PRESET`' }, 'key');
}

function defaultCondition(target: { readonly isJob: boolean; readonly hasReadiness: boolean } | null): Dependency['condition'] {
  if (target?.isJob) return 'completed';
  return target?.hasReadiness ? 'ready' : 'started';
}

function resolveRestart(file: FilledRestartFile, type: ServiceSpec['type'], at: Cursor): RestartPolicy {
  const { first, initial, factor, max, jitter } = file.backoff;
  const backoff = at.in('backoff');
  return {
    strategy: file.strategy,
    policy: file.policy ?? (type === 'job' ? 'never' : 'always'),
    backoff: {
      firstMs: backoff.in('first').durationMs(first),
      initialMs: backoff.in('initial').durationMs(initial),
      factor,
      maxMs: backoff.in('max').durationMs(max),
      jitter,
    },
    stableAfterMs: at.in('stable_after').durationMs(file.stable_after),
    maxAttempts: file.max_attempts === 'unlimited' ? null : Number(file.max_attempts),
    maxCrashes: file.max_crashes === 'unlimited' ? null : Number(file.max_crashes),
    windowMs: at.in('window').durationMs(file.window),
    retryAfterMs: file.retry_after === 'never' ? null : at.in('retry_after').durationMs(file.retry_after),
  };
}

function resolveStop({ signal, grace_period, command }: FilledStopFile, at: Cursor): StopPolicy {
  return {
    signal,
    gracePeriodMs: at.in('grace_period').durationMs(grace_period),
    command: command === undefined ? null : resolveWords(command, at.in('command')),
  };
}

function resolveMemory({ heap, warn, soft, hard, period }: FilledMemoryFile, at: Cursor): MemoryPolicy {
  const limit = (key: string, text: string | undefined): number | null => (text === undefined ? null : at.in(key).sizeBytes(text));
  return {
    heapBytes: limit('heap', heap),
    warnBytes: limit('warn', warn),
    softBytes: limit('soft', soft),
    hardBytes: limit('hard', hard),
    periodMs: at.in('period').durationMs(period),
  };
}

function resolveWatch({ paths, ignore, action }: FilledWatchFile, at: Cursor): WatchSpec {
  return {
    paths: paths.map((path, index) => at.in('paths', index).absolute(path)),
    ignore,
    action: typeof action === 'string' ? { type: 'restart' } : { type: 'signal', signal: action.signal },
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
