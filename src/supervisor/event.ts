// Facts, in the past tense. A fact about a process carries the run it belongs to; a fact from an earlier run is dropped.
import type { ProjectSpec } from '../spec.ts';
import type { ExitStatus } from './cause.ts';
import type { HookKind, ProbeKind } from './effect.ts';

/** A run that `state.json` knew and that is still, or no longer, there when omniroute starts. */
export interface RecordedRun {
  readonly service: string;
  readonly run: number;
  readonly pid: number;
  /** Still the same process: (pid, start time, boot id) agree. */
  readonly alive: boolean;
  /** On the monotonic clock. */
  readonly startedAtMs: number;
  readonly wasReady: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A TCP port that somebody else listens on; the holder is unknown where the system does not tell. */
export interface TakenPort {
  readonly port: number;
  readonly pid: number | null;
  readonly command: string | null;
}

export type Event =
  // What people ask for. `services` are names that exist; `actor` is who asked: `cli`, `api`, `dashboard`.
  | { readonly type: 'start-requested'; readonly services: readonly string[]; readonly withDependencies: boolean }
  | { readonly type: 'stop-requested'; readonly services: readonly string[]; readonly actor: string }
  | { readonly type: 'restart-requested'; readonly services: readonly string[]; readonly actor: string }
  | { readonly type: 'enabled-set'; readonly services: readonly string[]; readonly enabled: boolean; readonly actor: string }
  | { readonly type: 'signal-requested'; readonly service: string; readonly signal: string }
  | { readonly type: 'down-requested'; readonly gracePeriodMs: number | null }
  | { readonly type: 'kill-requested' }
  // What the configuration says.
  | { readonly type: 'config-loaded'; readonly project: ProjectSpec }
  // What became of omniroute's own orders.
  | { readonly type: 'run-recovered'; readonly recorded: RecordedRun }
  | { readonly type: 'ports-checked'; readonly service: string; readonly run: number; readonly taken: readonly TakenPort[] }
  | { readonly type: 'spawned'; readonly service: string; readonly run: number; readonly pid: number }
  | { readonly type: 'spawn-failed'; readonly service: string; readonly run: number; readonly code: string; readonly message: string }
  | { readonly type: 'hook-finished'; readonly service: string; readonly run: number; readonly hook: HookKind; readonly failure: string | null }
  | { readonly type: 'probe-finished'; readonly service: string; readonly run: number; readonly kind: ProbeKind; readonly failure: string | null }
  // What the processes do.
  | { readonly type: 'process-exited'; readonly service: string; readonly run: number; readonly exit: ExitStatus | null }
  /** The group and every straggler are gone, and all they printed is on disk. */
  | { readonly type: 'run-cleared'; readonly service: string; readonly run: number; readonly tail: readonly string[]; readonly kernelOomKill: boolean; readonly remaining: readonly number[] }
  | { readonly type: 'ready-line-seen'; readonly service: string; readonly run: number }
  | { readonly type: 'fail-line-seen'; readonly service: string; readonly run: number; readonly line: string }
  | { readonly type: 'output-captured'; readonly service: string; readonly run: number; readonly output: string; readonly value: string }
  | { readonly type: 'usage-sampled'; readonly service: string; readonly run: number; readonly rssBytes: number }
  | { readonly type: 'path-changed'; readonly service: string; readonly path: string }
  // Time.
  | { readonly type: 'deadline-passed' };
