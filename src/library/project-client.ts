// What a program can ask of a project, and order.
import type { ProjectSnapshot, RecordedEntry, ReloadPlan, ServiceSnapshot, UsageHistory, WhyReport } from '../control/protocol.ts';
import type { LogLine } from '../logs/log-query.ts';
import type { DownResult } from './bring-down.ts';

/**
 * Needs no supervisor until it is asked something that only a supervisor knows; then rejects with `not-running` where none runs.
 * A name of the file stands for all instances of its service; `service` and `why` want one.
 */
export interface ProjectClient {
  readonly name: string;
  /** Absolute; the first is the main one. */
  readonly files: readonly string[];
  readonly stateDir: string;

  isRunning(): Promise<boolean>;
  project(options?: UsageOptions): Promise<ProjectSnapshot>;
  /** In start order. */
  services(options?: UsageOptions): Promise<readonly ServiceSnapshot[]>;
  service(name: string, options?: UsageOptions): Promise<ServiceSnapshot>;
  /** CPU and memory of all services during the last quarter of an hour, at most since this supervisor began. */
  usage(): Promise<UsageHistory>;
  /** The chain of causes of its state, the newest first. */
  why(name: string): Promise<WhyReport>;
  /** From the log files, several services merged by time; works when nothing runs. */
  logs(query?: LogsQuery): AsyncGenerator<LogLine, void, undefined>;
  /** The journal, until the supervisor ends; or with `follow: false` up to now, also when nothing runs. Every entry once, in order. */
  events(options?: EventsOptions): AsyncGenerator<RecordedEntry, void, undefined>;

  /** Names none: all that start by default. Resolves when they are ready (jobs: completed). */
  start(services?: readonly string[], options?: StartOptions): Promise<readonly ServiceSnapshot[]>;
  /** Resolves when they are gone. */
  stop(services: readonly string[], options?: OrderOptions): Promise<readonly ServiceSnapshot[]>;
  /** Stops, proves gone, starts; resolves when they are ready again. */
  restart(services: readonly string[], options?: OrderOptions): Promise<readonly ServiceSnapshot[]>;
  /** To the process group of each. */
  signal(services: readonly string[], signal: NodeJS.Signals): Promise<void>;
  enable(services: readonly string[]): Promise<void>;
  /** Stops them and keeps them down until they are enabled; resolves when they are gone. */
  disable(services: readonly string[], options?: OrderOptions): Promise<readonly ServiceSnapshot[]>;
  /** How many instances of services that have `instances` in the file; until the next reload. Resolves when all are ready. */
  scale(counts: Readonly<Record<string, number>>, options?: OrderOptions): Promise<readonly ServiceSnapshot[]>;
  /** Applies what changed in the file. */
  reload(): Promise<{ readonly message: string; readonly plan: ReloadPlan }>;
  /** What `reload` would change. */
  plan(): Promise<ReloadPlan>;
  /** Names none: all that shall run. Changes nothing. */
  wait(services?: readonly string[], options?: WaitOptions): Promise<readonly ServiceSnapshot[]>;
  /** Stops everything, then the supervisor, and looks whether anything is left. Where nothing runs, there is nothing to do. */
  down(options?: DownOptions): Promise<Omit<DownResult, 'ok'>>;
}

export interface UsageOptions {
  /** Measure CPU and memory afresh. */
  readonly usage?: boolean;
}

export interface LogsQuery {
  /** Default: all that have logged. */
  readonly services?: readonly string[];
  /** Wall clock, milliseconds since 1970, both inclusive. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Only so many of the last that match, of all services together. */
  readonly lastLines?: number;
  /** Tried on the text without escapes. */
  readonly grep?: RegExp;
  readonly stream?: 'out' | 'err';
  /** Of each service: from 1; -1 is the latest, -2 the one before. */
  readonly run?: number;
  /** Go on with what is printed next. */
  readonly follow?: boolean;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
}

export interface EventsOptions {
  /** Only entries after this `seq`, such as that of a snapshot: 0 for all in memory. Default: what happens from now on. */
  readonly afterSeq?: number;
  /** False: what has happened, by default all that is kept in memory and on disk, and no more. Default: true. */
  readonly follow?: boolean;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
}

export interface OrderOptions {
  /** Of the wait; omniroute itself goes on. Default: until it is so or cannot become so. */
  readonly timeoutMs?: number;
}

export interface StartOptions extends OrderOptions {
  readonly profiles?: readonly string[];
  /** Default: true. */
  readonly withDependencies?: boolean;
}

export interface WaitOptions extends OrderOptions {
  /**
   * Default: ready, jobs completed; one that is stopped fails the wait. With `ready`, a script waits for what somebody starts later. One that
   * is disabled, stands behind one that is or that failed for good, or is taken out of the file fails it either way.
   */
  readonly for?: 'ready' | 'completed' | 'stopped';
}

export interface DownOptions {
  /** Of every service, instead of its own. */
  readonly gracePeriodMs?: number;
  /** SIGKILL to everything at once. */
  readonly force?: boolean;
}
