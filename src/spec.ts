// The nouns: what a validated project is. Everything is resolved (absolute paths, milliseconds, bytes);
// `null` means "none" or "unlimited", never 0 or -1. Imports nothing but nouns.

import type { NotificationSpec } from './notification-spec.ts';
import type { SocketAddress } from './socket-address.ts';

/** Everything one `omniroute.yaml` describes. */
export interface ProjectSpec {
  readonly name: string;
  /** Folder of the main file, absolute. */
  readonly dir: string;
  readonly stateDir: string;
  readonly reload: ReloadPolicy;
  readonly logs: LogPolicy;
  readonly profiles: Readonly<Record<string, readonly string[]>>;
  readonly notifications: readonly NotificationSpec[];
  /** What holds the processes of a run together. */
  readonly contain: 'auto' | 'cgroup' | 'group';
  /** Killed itself, omniroute leaves its services running, or has them stopped. */
  readonly onSupervisorDeath: 'keep' | 'stop';
  /** In the order of the file. */
  readonly services: Readonly<Record<string, ServiceSpec>>;
}

export interface ReloadPolicy {
  readonly watch: boolean;
  /** How long a changed service is on probation after a reload. */
  readonly settleMs: number;
  readonly onFailure: 'rollback' | 'keep';
}

export interface LogPolicy {
  readonly maxSizeBytes: number;
  /** Rotated files kept beside the current one. */
  readonly keep: number;
  readonly maxLineBytes: number;
}

/** One declared long-running command, or a job that is meant to finish. */
export interface ServiceSpec {
  readonly name: string;
  readonly description: string | null;
  /** Of a container that holds the program, for exports. */
  readonly image: string | null;
  readonly type: 'service' | 'job';
  /** Of a job; null: it runs once when it is started. */
  readonly schedule: Schedule | null;
  /** `on-demand`: when the first connection arrives at one of its sockets. */
  readonly start: 'auto' | 'on-demand';
  /** As the file says it; null: it is there once. Services that the supervisor gets are there once, all of them. */
  readonly instances: { readonly count: number; readonly maxUnavailable: number } | null;
  /** Which of several it is. */
  readonly instance: Instance | null;
  readonly enabled: boolean;
  /** Given up, the project is still fine. */
  readonly optional: boolean;
  /** Profiles that list it; empty: starts by default. */
  readonly profiles: readonly string[];
  /** argv, never empty. A `shell:` is `['/bin/sh', '-c', text]` here. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The service's own variables: project env < env_file < env; on top of the inherited ones. */
  readonly env: Readonly<Record<string, string>>;
  /** Names inherited from omniroute's own environment; `all` leaves out HOSTNAME. */
  readonly inheritEnv: 'all' | readonly string[];
  /** In the order of the file; the first is PORT too. */
  readonly ports: Readonly<Record<string, number>>;
  /** Held for it, in the order of the descriptors it gets. */
  readonly sockets: readonly SocketSpec[];
  readonly readiness: ReadinessSpec | null;
  readonly liveness: LivenessSpec | null;
  /** Longest silence of a ready service that announces itself. */
  readonly watchdogMs: number | null;
  readonly restart: RestartPolicy;
  readonly successExit: readonly (number | Signal)[];
  readonly stop: StopPolicy;
  readonly memory: MemoryPolicy;
  readonly crashRules: readonly CrashRule[];
  readonly outputs: Readonly<Record<string, LogPattern>>;
  readonly watch: WatchSpec | null;
  readonly hooks: Readonly<Partial<Record<HookName, Hook>>>;
  readonly dependsOn: Readonly<Record<string, Dependency>>;
  /** Null: it crashes alone. */
  readonly group: Group | null;
}

export interface Schedule {
  readonly cron: string;
  /** IANA name; null: the machine's. */
  readonly timezone: string | null;
  /** Its time has come while the run before goes on. */
  readonly overlap: 'skip' | 'queue' | 'replace';
  /** Its time passed while nobody was there to start it. */
  readonly misfire: 'run' | 'skip';
}

/** A signal's name, such as `SIGTERM`. */
export type Signal = `SIG${string}`;

export type Probe =
  | { readonly type: 'http'; readonly url: string; readonly statuses: readonly StatusRange[] }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  | { readonly type: 'exec'; readonly command: readonly [string, ...string[]] };

/** Inclusive at both ends. */
export interface StatusRange {
  readonly min: number;
  readonly max: number;
}

/** A regular expression matched line by line, ANSI escapes stripped, within the current run. */
export interface LogPattern {
  readonly match: string;
  readonly stream: 'any' | LogStream;
}

export type LogStream = 'out' | 'err';

/** Ready once every given check has succeeded: all probes, the log line, and all named outputs captured. */
export interface ReadinessSpec {
  readonly probes: readonly Probe[];
  readonly log: LogPattern | null;
  readonly outputs: readonly string[];
  readonly periodMs: number;
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** Not ready this long after the spawn: `start-timeout`. */
  readonly startTimeoutMs: number | null;
  /** It says itself that it is ready: by a newline to a descriptor, or as sd_notify(3) does. */
  readonly notify: 'fd' | 'systemd' | null;
  /** Consecutive failures that make a ready service `unready`. */
  readonly failureThreshold: number;
  /** Regular expressions; a matching line ends the start at once. */
  readonly failOn: readonly string[];
}

export interface LivenessSpec {
  readonly probe: Probe;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failureThreshold: number;
}

export interface SocketSpec {
  readonly name: string;
  readonly address: SocketAddress;
}

export interface RestartPolicy {
  readonly policy: 'always' | 'on-failure' | 'never';
  /** Of a planned restart. */
  readonly strategy: 'replace' | 'overlap';
  readonly backoff: Backoff;
  /** Ready uptime that resets attempts and backoff. */
  readonly stableAfterMs: number;
  /** Consecutive restarts without a stable run; null: unlimited. */
  readonly maxAttempts: number | null;
  /** Crashes within the sliding window; null: unlimited. */
  readonly maxCrashes: number | null;
  readonly windowMs: number;
  /** After giving up; null: stays failed. */
  readonly retryAfterMs: number | null;
}

export interface Backoff {
  /** Delay of the first restart after a stable run. */
  readonly firstMs: number;
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Share of the delay that is random, 0 to 1. */
  readonly jitter: number;
}

export interface StopPolicy {
  readonly signal: Signal;
  readonly gracePeriodMs: number;
  /** Run before the signal. */
  readonly command: readonly [string, ...string[]] | null;
}

export interface MemoryPolicy {
  /** Node's --max-old-space-size. */
  readonly heapBytes: number | null;
  readonly warnBytes: number | null;
  readonly softBytes: number | null;
  readonly hardBytes: number | null;
  readonly periodMs: number;
}

export interface CrashRule {
  readonly name: string;
  readonly when: CrashCondition;
  readonly then: readonly CrashAction[];
  readonly atMost: { readonly count: number; readonly perMs: number } | null;
}

/** Holds when every given part holds. */
export interface CrashCondition {
  readonly log: LogCondition | null;
  /** Types of causes. */
  readonly causes: readonly string[] | null;
  /** Exit codes and signal names. */
  readonly exits: readonly (number | Signal)[] | null;
  /** True: only when restarts are used up; false: only while they are not. */
  readonly gaveUp: boolean | null;
}

export interface LogCondition {
  /** Regular expressions; `any_of` words arrive here escaped, with flag `i`. */
  readonly patterns: readonly { readonly source: string; readonly flags: '' | 'i' }[];
  /** How many different patterns must be found. */
  readonly atLeast: number;
  /** How many last lines of the run are looked at. */
  readonly lastLines: number;
}

export type CrashAction =
  /** Stops a service and keeps it down until it is enabled again. */
  | { readonly type: 'disable'; readonly service: string }
  /** Starts a service again at once with fresh counts. */
  | { readonly type: 'retry'; readonly service: string }
  | { readonly type: 'restart'; readonly service: string }
  /** Gives up for good, with this message; `$1` is the first capture. */
  | { readonly type: 'fail'; readonly message: string }
  /** Waits until a TCP port is free; not counted. `$1` is the first capture. */
  | { readonly type: 'wait-for-port'; readonly port: string }
  /** Starts again after this long; not counted. */
  | { readonly type: 'wait'; readonly ms: number }
  /** Backs off as usual, but never gives up. */
  | { readonly type: 'keep-trying' };

export interface WatchSpec {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
  readonly action: { readonly type: 'restart' } | { readonly type: 'signal'; readonly signal: Signal };
}

export type HookName = 'pre_start' | 'post_ready' | 'pre_stop' | 'post_exit';

export interface Hook {
  readonly command: readonly [string, ...string[]];
  readonly timeoutMs: number;
}

export interface Dependency {
  readonly condition: 'started' | 'ready' | 'completed';
  readonly restart: 'never' | 'on-update' | 'on-crash' | 'always';
}

/** One of several services that the file declares as one. */
export interface Instance {
  /** The name in the file. */
  readonly of: string;
  /** From 1. */
  readonly number: number;
  /** How many of them may be not ready while all are restarted. */
  readonly maxUnavailable: number;
  /** With `strategy: overlap` there is a place more than are up; null: all are up. */
  readonly upAtOnce: number | null;
}

/** Services that are restarted together after a crash of one. */
export interface Group {
  readonly name: string;
  /** The crash of one restarts all others, or those after it. */
  readonly strategy: 'one-for-all' | 'rest-for-one';
  /** In order, the service itself among them. */
  readonly members: readonly string[];
}

/** A value captured from the log of another service. */
export interface OutputRef {
  readonly service: string;
  readonly output: string;
}
