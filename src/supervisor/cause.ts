import type { Signal } from '../spec.ts';

/** How a process ended, as wait(2) tells: exactly one of the two. */
export type ExitStatus = { readonly code: number; readonly signal: null } | { readonly code: null; readonly signal: Signal };

/** Why a run ended or began. Every policy, rule, metric and message keys on `type`. */
export type Cause =
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'signal'; readonly signal: Signal }
  | { readonly type: 'spawn-error'; readonly code: string; readonly message: string }
  | { readonly type: 'start-timeout'; readonly afterMs: number }
  | { readonly type: 'fail-on'; readonly line: string }
  | { readonly type: 'liveness'; readonly reason: string }
  | { readonly type: 'oom-heap' }
  | { readonly type: 'oom-kernel' }
  | { readonly type: 'memory-soft'; readonly rssBytes: number }
  | { readonly type: 'memory-hard'; readonly rssBytes: number }
  | { readonly type: 'dependency'; readonly service: string }
  | { readonly type: 'file-watch'; readonly path: string }
  /** The next run of its schedule replaces it. */
  | { readonly type: 'schedule' }
  | { readonly type: 'config-reload'; readonly fields: readonly string[] }
  | { readonly type: 'user'; readonly actor: string }
  | { readonly type: 'down' }
  /** Ended while omniroute itself was dead: status unknown. */
  | { readonly type: 'lost' }
  /** Ended before our eyes, but an omniroute before this one had started it: the status goes to a parent alone. */
  | { readonly type: 'unknown' };

export type CauseType = Cause['type'];

/** How one run of a service ended. `atMs` is on the monotonic clock. */
export interface RunEndState {
  readonly run: number;
  readonly cause: Cause;
  readonly exit: ExitStatus | null;
  readonly atMs: number;
  readonly uptimeMs: number;
  readonly lastLine: string | null;
}

const PLANNED: ReadonlySet<CauseType> = new Set(['memory-soft', 'dependency', 'file-watch', 'schedule', 'config-reload', 'user', 'down']);

/** Omniroute itself ended the run, for a reason that is no fault of the service: no backoff, not counted. */
export function isPlanned(cause: Cause): boolean {
  return PLANNED.has(cause.type);
}

/** How a run ended, in the words used everywhere: `exit 1`, `killed by SIGKILL`. */
export function describeExit(exit: ExitStatus): string {
  return exit.signal === null ? `exit ${exit.code}` : `killed by ${exit.signal}`;
}
