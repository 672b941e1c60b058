// Facts, in the past tense. A fact about a process carries the run it belongs to; a fact from an earlier run is dropped.
import type { ProjectSpec, ServiceSpec, Signal } from '../spec.ts';
import type { Cause, ExitStatus, RunEndState } from './cause.ts';
import type { HookKind, ProbeKind } from './effect.ts';
import type { TakenAddress } from './snapshot.ts';

/** A run that `state.json` knew, as omniroute finds it when it starts. */
export interface RecordedRun {
  readonly service: string;
  readonly run: number;
  readonly pid: number;
  /** Still the same process: (pid, start time, boot id) agree. */
  readonly alive: boolean;
  /** On the monotonic clock. */
  readonly startedAtMs: number;
  readonly wasReady: boolean;
  readonly restarts: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** The file still asks for the process as it was spawned. */
  readonly sameProcess: boolean;
  /** Nothing of the project runs on. */
  readonly startsAnew: boolean;
  /** False: all is about to be stopped, and nothing is started in its place until then. */
  readonly isWanted: boolean;
  /** How to stop it where the file no longer has the service. */
  readonly fallback: ServiceSpec;
}

/** How a wanted service is that has no process and gets none by itself, or not soon. */
export interface Rest {
  readonly phase: { readonly type: 'completed' } | { readonly type: 'failed'; readonly reason: string; readonly retryAtMs: number | null };
  readonly restarts: number;
  readonly ignoresDependencies: boolean;
}

/** What is known once a run is over and its output is on disk. */
export interface RunEvidence {
  /** ANSI stripped, at most 200 characters; null: it printed nothing. */
  readonly lastLine: string | null;
  /** One answer per condition of `clear-run`: the captures of its first match, or null where it does not hold. */
  readonly matches: readonly (readonly string[] | null)[];
  /** The kernel has just killed for want of memory: in this run, or, where that cannot be told, while it ended by a SIGKILL that was not ours. */
  readonly kernelOomKill: boolean;
  /** Processes that no SIGKILL could end. */
  readonly remaining: readonly number[];
}

/** Facts about one run of one service. */
export type RunEvent =
  | { readonly type: 'addresses-checked'; readonly service: string; readonly run: number; readonly taken: readonly TakenAddress[] }
  | { readonly type: 'spawned'; readonly service: string; readonly run: number; readonly pid: number }
  | { readonly type: 'spawn-failed'; readonly service: string; readonly run: number; readonly code: string; readonly message: string }
  | {
      readonly type: 'hook-finished';
      readonly service: string;
      readonly run: number;
      readonly kind: HookKind;
      readonly failure: string | null;
    }
  | {
      readonly type: 'probe-finished';
      readonly service: string;
      readonly run: number;
      readonly kind: ProbeKind;
      readonly failure: string | null;
    }
  | { readonly type: 'process-exited'; readonly service: string; readonly run: number; readonly exit: ExitStatus | null }
  | { readonly type: 'run-cleared'; readonly service: string; readonly run: number; readonly evidence: RunEvidence }
  | { readonly type: 'ready-line-seen'; readonly service: string; readonly run: number }
  /** It announced itself, through the channel of `readiness.notify`. */
  | { readonly type: 'notified'; readonly service: string; readonly run: number; readonly what: 'ready' | 'ping' | 'stuck' }
  | { readonly type: 'fail-line-seen'; readonly service: string; readonly run: number; readonly line: string }
  | { readonly type: 'output-captured'; readonly service: string; readonly run: number; readonly output: string; readonly value: string }
  | { readonly type: 'usage-sampled'; readonly service: string; readonly run: number; readonly rssBytes: number };

/** What people and files ask for. `services` are names that exist; `actor` is who asked: `cli`, `api`. */
export type RequestEvent =
  /** `again`: a completed job named here runs once more; its dependencies do not. */
  | { readonly type: 'start-requested'; readonly services: readonly string[]; readonly withDependencies: boolean; readonly again: boolean }
  | { readonly type: 'stop-requested'; readonly services: readonly string[]; readonly actor: string }
  | { readonly type: 'restart-requested'; readonly services: readonly string[]; readonly actor: string }
  | { readonly type: 'enable-requested'; readonly services: readonly string[]; readonly actor: string }
  | { readonly type: 'disable-requested'; readonly services: readonly string[]; readonly actor: string }
  | { readonly type: 'signal-requested'; readonly services: readonly string[]; readonly signal: Signal; readonly actor: string }
  | { readonly type: 'down-requested'; readonly gracePeriodMs: number | null }
  | { readonly type: 'kill-requested' }
  /** `lastRuns`: where the numbers of a service that is new go on from. */
  | {
      readonly type: 'config-loaded';
      readonly project: ProjectSpec;
      readonly profiles: readonly string[];
      readonly lastRuns?: Readonly<Record<string, number>>;
      /** False: what fails of it is not taken back. */
      readonly onTrial?: boolean;
    }
  | { readonly type: 'run-recovered'; readonly recorded: RecordedRun }
  /** The omniroute before this one had it without a process: completed, or given up. */
  | { readonly type: 'rest-recovered'; readonly service: string; readonly rest: Rest }
  /** How its latest run ended for the omniroute before this one, and why it is down; null: it is not. */
  | { readonly type: 'end-recovered'; readonly service: string; readonly end: RunEndState; readonly downFor: Cause | null }
  /** Somebody had the omniroute before this one start it, and did not have it stopped. */
  | { readonly type: 'wish-recovered'; readonly service: string; readonly ignoresDependencies: boolean }
  | { readonly type: 'path-changed'; readonly service: string; readonly path: string }
  /** When the schedule wants the service next; null: never again. */
  | { readonly type: 'run-planned'; readonly service: string; readonly atMs: number | null }
  /** Its time passed while omniroute was not there or the machine slept; `when` in words. */
  | { readonly type: 'run-missed'; readonly service: string; readonly when: string }
  | { readonly type: 'demand-arrived'; readonly service: string };

export type Event = RunEvent | RequestEvent | { readonly type: 'deadline-passed' };
