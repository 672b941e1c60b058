// What is shown: the one vocabulary of `ps --json`, the control API and the dashboard. Instants here are wall clock,
// milliseconds since 1970; null where there is none.
import type { Cause, ExitStatus } from './cause.ts';

export type StateName = 'stopped' | 'waiting' | 'starting' | 'ready' | 'unready' | 'stopping' | 'backoff' | 'completed' | 'failed';

/** An address that a service is to listen on, and somebody else does; nulls where the system does not tell who. */
export type TakenAddress =
  | { readonly type: 'port'; readonly port: number; readonly pid: number | null; readonly command: string | null }
  | {
      readonly type: 'socket';
      /** Its name in the file. */
      readonly socket: string;
      readonly address: string;
      readonly pid: number | null;
      readonly command: string | null;
      /** This service by its name in the file, where another process of it outlived an omniroute, and listens there; else null. */
      readonly outlived: string | null;
    };

/** What a wanted service waits for. */
export type Blocker =
  | {
      readonly type: 'dependency';
      readonly service: string;
      readonly condition: 'started' | 'ready' | 'completed';
      readonly state: StateName;
      /** It has to be enabled first. */
      readonly disabled: boolean;
    }
  | { readonly type: 'output'; readonly service: string; readonly output: string }
  | TakenAddress
  | { readonly type: 'group'; readonly group: string; readonly service: string }
  | { readonly type: 'disabled'; readonly by: string }
  /** Its next run is due by the schedule, or with the first connection. */
  | { readonly type: 'occasion'; readonly of: 'schedule' | 'connection' };

export interface RunEnd {
  readonly run: number;
  readonly cause: Cause;
  readonly exit: ExitStatus | null;
  readonly at: number;
  readonly uptimeMs: number;
  /** The last line it printed, ANSI stripped, at most 200 characters. */
  readonly lastLine: string | null;
}

export interface HeldSocket {
  readonly listen: string;
  /** False while the service is not wanted, and for one that was taken over from an omniroute that died: its socket went with that. */
  readonly held: boolean;
}

export interface MemoryLimits {
  readonly warnBytes: number | null;
  readonly softBytes: number | null;
  readonly hardBytes: number | null;
}

export interface ServiceSnapshot {
  readonly name: string;
  readonly description: string | null;
  readonly type: 'service' | 'job';
  /** Its cron line; null: it has none. */
  readonly schedule: string | null;
  readonly start: 'auto' | 'on-demand';
  readonly state: StateName;
  /** It will be restarted when its turn among the instances comes. */
  readonly awaitsTurn: boolean;
  /** One of the places that a service with `strategy: overlap` takes in turn: stopped, it waits for a successor. */
  readonly overlaps: boolean;
  /** A run that ends well is the end of it: it becomes `completed`. False: another one follows. */
  readonly completes: boolean;
  readonly desired: 'up' | 'down';
  readonly enabled: boolean;
  readonly optional: boolean;
  /** The latest run's number; null before the first. */
  readonly run: number | null;
  readonly pid: number | null;
  readonly startedAt: number | null;
  readonly readyAt: number | null;
  /** Since when it is in this state. */
  readonly since: number;
  /** When omniroute acts next by itself: end of a backoff, a retry, a grace period, a start timeout. */
  readonly nextAt: number | null;
  /** When its schedule starts it next. */
  readonly nextRunAt: number | null;
  /** Runs after the first that omniroute began by itself, crashes and planned ones. */
  readonly restarts: number;
  /** Consecutive crashes since the last stable run. */
  readonly attempt: number;
  readonly maxAttempts: number | null;
  /** One sentence; `-` where there is nothing to explain. */
  readonly why: string;
  readonly blockedBy: readonly Blocker[];
  readonly lastEnd: RunEnd | null;
  readonly dependsOn: readonly string[];
  readonly ports: Readonly<Record<string, number>>;
  readonly sockets: Readonly<Record<string, HeldSocket>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly memoryBytes: number | null;
  /** The lowest limit that acts: soft, hard or heap. */
  readonly memoryLimitBytes: number | null;
  /** Of the whole tree, each where the file has it. */
  readonly memoryLimits: MemoryLimits;
  /** Of one core; null until two samples exist. */
  readonly cpuPercent: number | null;
  /** What holds its processes together; null: it has none. */
  readonly containment: 'cgroup' | 'group' | null;
  readonly logFile: string;
  /** Output that could not be written to the log since this omniroute began. */
  readonly droppedBytes: number;
}

/** What does not work as it should at the moment though services run on: a full disk, a lost runtime folder. */
export interface Degradation {
  /** Null: about the project. */
  readonly service: string | null;
  readonly text: string;
}

export interface FileState {
  /** `current`: what runs is what the file says. `rolled-back`: the file's text failed and is not applied again until it changes. */
  readonly status: 'current' | 'invalid' | 'rolled-back' | 'refused';
  readonly paths: readonly string[];
  readonly reason: string | null;
  readonly diagnostics: readonly unknown[];
  readonly loadedAt: number;
}

export interface ProjectSnapshot {
  readonly schema: 1;
  readonly name: string;
  readonly dir: string;
  readonly stateDir: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: number;
  readonly generation: number;
  /** `embedded`: `pid` is that of a program which goes on when omniroute has ended. */
  readonly mode: 'foreground' | 'detached' | 'embedded';
  readonly phase: 'running' | 'going-down';
  readonly file: FileState;
  /** Sequence number of the last journal entry this snapshot includes. */
  readonly seq: number;
  /** Empty: all is well. */
  readonly degraded: readonly Degradation[];
  /** In start order. */
  readonly services: readonly ServiceSnapshot[];
}

/** The answer to `why`: a chain of sentences, the newest first, each with the line of the file that caused it where there is one. */
export interface WhyReport {
  readonly service: string;
  readonly state: StateName;
  readonly chain: readonly { readonly text: string; readonly at: number | null; readonly place: string | null }[];
  readonly crashReport: string | null;
}
