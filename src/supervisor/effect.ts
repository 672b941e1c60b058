// Orders, in the imperative. `daemon/perform` carries them out; each order that has an outcome is answered by the event named beside it.
import type { Hook, LogCondition, Probe, Schedule, ServiceSpec, Signal, WatchSpec } from '../spec.ts';
import type { Cause, ExitStatus } from './cause.ts';
import type { JournalEntry } from './journal-entry.ts';

export type ProbeKind = 'readiness' | 'liveness';
/** The four hooks, and the command that a stop policy runs before its signal. */
export type HookKind = 'pre_start' | 'post_ready' | 'pre_stop' | 'post_exit' | 'stop_command';

/** What a crash report says beside the output itself. */
export interface CrashReport {
  readonly run: number;
  readonly cause: Cause;
  readonly exit: ExitStatus | null;
  readonly uptimeMs: number;
  readonly attempt: number;
  readonly restarts: number;
  readonly rssBytes: number | null;
  /** What happens next, in words: `restart in 2s (attempt 3 of 10)`, `gave up: …`. */
  readonly outcome: string;
  readonly gaveUp: boolean;
}

export type Effect =
  /** Looks whether somebody listens on one of the ports, and holds the sockets of `spec` → addresses-checked */
  | {
      readonly type: 'check-addresses';
      readonly service: string;
      readonly run: number;
      readonly ports: readonly number[];
      readonly spec: ServiceSpec;
    }
  /** → hook-finished; a hook that overruns its timeout is killed by group. */
  | {
      readonly type: 'run-hook';
      readonly service: string;
      readonly run: number;
      readonly kind: HookKind;
      readonly hook: Hook;
      readonly spec: ServiceSpec;
    }
  /** Kills the hook that runs now, by group → its hook-finished. */
  | { readonly type: 'abort-hook'; readonly service: string; readonly run: number }
  /**
   * → spawned or spawn-failed, later process-exited. In `spec` outputs of other services are filled in already; `declared` is as the file has
   * it, by which the next omniroute sees whether the process is still the one that is asked for.
   */
  | { readonly type: 'spawn'; readonly service: string; readonly run: number; readonly spec: ServiceSpec; readonly declared: ServiceSpec }
  /** → probe-finished */
  | {
      readonly type: 'probe';
      readonly service: string;
      readonly run: number;
      readonly kind: ProbeKind;
      readonly probes: readonly Probe[];
      readonly timeoutMs: number;
      readonly spec: ServiceSpec;
    }
  /** To the group; then SIGCONT where the signal ends processes. */
  | { readonly type: 'signal-group'; readonly service: string; readonly run: number; readonly signal: Signal }
  /**
   * Drains the output, kills what is left of the run and proves it gone → run-cleared, which answers each condition on the log.
   * `grace`: on a planned stop, what the leader left behind may take this long to end by itself (a wrapper exits before its server has
   * drained); whoever is in another group than the leader has not got the signal yet. Without `lastWords` nobody will ask how it ended:
   * its output is not read, nor what the kernel killed.
   */
  | {
      readonly type: 'clear-run';
      readonly service: string;
      readonly run: number;
      readonly conditions: readonly LogCondition[];
      readonly lastWords: boolean;
      readonly exit: ExitStatus | null;
      readonly grace: { readonly signal: Signal; readonly forMs: number } | null;
    }
  /** → usage-sampled; `confirmAboveBytes`: a sum above it is measured again without counting shared pages twice. */
  | { readonly type: 'sample-usage'; readonly service: string; readonly run: number; readonly confirmAboveBytes: number }
  | { readonly type: 'write-crash-report'; readonly service: string; readonly report: CrashReport }
  /** → path-changed. A null watch ends the watching. */
  | { readonly type: 'watch-paths'; readonly service: string; readonly watch: WatchSpec | null }
  /** New patterns for a run that goes on (a live reload). */
  | { readonly type: 'update-run'; readonly service: string; readonly run: number; readonly spec: ServiceSpec }
  /** → run-planned, now and whenever the wall clock is set; run-missed where its time had passed unseen. */
  | { readonly type: 'plan-run'; readonly service: string; readonly schedule: Schedule }
  /** → demand-arrived, with the first connection to one of its sockets. */
  | { readonly type: 'await-demand'; readonly service: string; readonly spec: ServiceSpec }
  | { readonly type: 'announce'; readonly entry: JournalEntry };
