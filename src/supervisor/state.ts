// What is. The daemon holds one SupervisorState and replaces it with what `step` returns; nothing here is ever mutated.
// Instants are on the monotonic clock.
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import type { Cause, ExitStatus, RunEndState } from './cause.ts';
import type { RunEvidence } from './event.ts';
import type { Blocker } from './snapshot.ts';

export interface SupervisorState {
  readonly project: ProjectSpec;
  /** Revision of the loaded config; grows by one with each that is applied, a rollback too. */
  readonly generation: number;
  readonly goingDown: boolean;
  /** Names of the profiles asked for; services that a reload adds start when they belong to one, or to none. */
  readonly profiles: readonly string[];
  /** False when `up` named its services: what a reload adds then stays down. */
  readonly startsAdded: boolean;
  /** Where the numbers of a service go on from that is not among `services` now: its log may hold runs already. */
  readonly lastRuns: Readonly<Record<string, number>>;
  readonly services: ReadonlyMap<string, ServiceState>;
  readonly trial: Trial | null;
  readonly random: number;
  /** When the core was last told anything. */
  readonly awakeAtMs: number;
}

/** A generation on probation: the services a reload changed, watched until they have been ready for the settle time. */
export interface Trial {
  readonly previous: ProjectSpec;
  readonly changed: Readonly<Record<string, readonly string[]>>;
  /** Services that nobody wanted up when the file changed: taken back, they stay down. */
  readonly unwanted: readonly string[];
  readonly settleMs: number;
  /** End of the settle time; put off by another one while a changed service is still starting. */
  readonly dueAtMs: number;
}

export type Desired = { readonly type: 'up' } | { readonly type: 'down'; readonly cause: Cause };

export interface ServiceState {
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly desired: Desired;
  /** Who disabled it; null: enabled. */
  readonly disabledBy: string | null;
  /** No longer in the file: forgotten once stopped. */
  readonly removed: boolean;
  /** Started with --no-deps. */
  readonly ignoresDependencies: boolean;
  readonly phase: Phase;
  readonly sinceMs: number;
  /** Number of the latest run; 0 before the first. */
  readonly lastRun: number;
  readonly restarts: number;
  /** Consecutive crashes since the last stable run. */
  readonly attempts: number;
  /** Instants of the crashes inside the sliding window. */
  readonly crashes: readonly number[];
  readonly ruleFirings: Readonly<Record<string, readonly number[]>>;
  readonly lastEnd: RunEndState | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** Of a service whose runs wait for an occasion (a schedule, a connection): one has come, and its run is not over. */
  readonly due: boolean;
  /** Another occasion came during the run. */
  readonly queued: boolean;
  /** By its schedule; null: none, or not known yet. */
  readonly nextRunAtMs: number | null;
  /** It is to be restarted once its turn among the instances comes; `from`: what its process was started as. */
  readonly turn: { readonly cause: Cause; readonly from: ServiceSpec } | null;
  /** Whose successor it is, until it is ready. */
  readonly replaces: string | null;
  /** A restart asked for while the old run was ending: begin afresh, whatever the crash rules say. */
  readonly restartWanted: boolean;
}

export type Phase =
  | { readonly type: 'stopped' }
  | WaitingPhase
  | { readonly type: 'starting'; readonly run: Run; readonly step: 'pre-start' | 'spawning' | 'probing' }
  | { readonly type: 'ready'; readonly run: Run }
  | { readonly type: 'unready'; readonly run: Run; readonly reason: string }
  | StoppingPhase
  | { readonly type: 'backoff'; readonly dueAtMs: number; readonly reason: string }
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly reason: string; readonly retryAtMs: number | null };

export interface WaitingPhase {
  readonly type: 'waiting';
  readonly blockers: readonly Blocker[];
  /** Ports beside the declared ones that a crash rule waits for. */
  readonly extraPorts: readonly number[];
  /**
   * When to look at its ports and sockets again; `checking` while the answer is out; `held`: it sleeps, and its sockets wait for a
   * connection; null: not yet looked.
   */
  readonly addressCheck: number | 'checking' | 'held' | null;
}

/**
 * The way out of a run. `aborting`: a pre_start hook or a spawn is still under way and must be answered first.
 * `over`: proven gone; left within the same step.
 */
export interface StoppingPhase {
  readonly type: 'stopping';
  readonly run: Run;
  readonly step: 'aborting' | 'pre-stop' | 'stop-command' | 'signalled' | 'killed' | 'clearing' | 'post-exit' | 'over';
  /** Why omniroute ended it; null: it ended by itself. */
  readonly cause: Cause | null;
  readonly exit: ExitStatus | null;
  readonly evidence: RunEvidence | null;
  /** Since when it is in this step. */
  readonly stepAtMs: number;
  readonly deadlineAtMs: number | null;
}

export type LivePhase = Extract<Phase, { type: 'starting' | 'ready' | 'unready' }>;

/** The nth process of a service. */
export interface Run {
  readonly number: number;
  readonly pid: number | null;
  /** With the outputs of other services filled in. */
  readonly spec: ServiceSpec;
  readonly startedAtMs: number;
  readonly readyAtMs: number | null;
  /** Of the time since its start: what does not count against `start_timeout`, as no omniroute was awake. */
  readonly unwatchedMs: number;
  readonly readiness: ProbeProgress;
  readonly liveness: ProbeProgress;
  readonly readyLineSeen: boolean;
  /** It has announced itself. */
  readonly notified: boolean;
  /** When its silence has become too long; null: it may be silent. */
  readonly watchdogDueAtMs: number | null;
  /** Ready for `stable_after`: counts were reset. */
  readonly stable: boolean;
  readonly memory: MemoryProgress;
}

export interface ProbeProgress {
  /** When the next attempt is due; null while one is in flight, or where there is nothing to probe. */
  readonly dueAtMs: number | null;
  /** When the attempt in flight is over at the latest, by its own timeout; null: none is. */
  readonly overAtMs: number | null;
  /** The last failure came too late to say anything, and was not counted. */
  readonly excused: boolean;
  readonly succeeded: boolean;
  /** Consecutive failures. */
  readonly failures: number;
  readonly lastFailure: string | null;
}

export interface MemoryProgress {
  readonly dueAtMs: number | null;
  readonly rssBytes: number | null;
  /** Of the last five samples: over the soft limit? */
  readonly overSoft: readonly boolean[];
  readonly warned: boolean;
}

/** The state before anything was asked for: every service of the file, stopped. */
export function createState(
  project: ProjectSpec,
  options: {
    readonly profiles: readonly string[];
    readonly startsAdded: boolean;
    readonly seed: number;
    readonly nowMs: number;
    readonly lastRuns?: Readonly<Record<string, number>>;
  },
): SupervisorState {
  const { profiles, startsAdded, seed, nowMs, lastRuns = {} } = options;
  const services = new Map(
    Object.values(project.services).map((spec) => [spec.name, createService(spec, nowMs, lastRuns[spec.name] ?? 0)]),
  );
  return {
    project,
    generation: 1,
    goingDown: false,
    profiles,
    startsAdded,
    lastRuns,
    services,
    trial: null,
    random: seed,
    awakeAtMs: nowMs,
  };
}

/** `lastRun`: the number its runs go on from. */
export function createService(spec: ServiceSpec, nowMs: number, lastRun: number): ServiceState {
  return {
    name: spec.name,
    spec,
    desired: { type: 'down', cause: { type: 'user', actor: 'never started' } },
    disabledBy: spec.enabled ? null : 'the file',
    removed: false,
    ignoresDependencies: false,
    phase: { type: 'stopped' },
    sinceMs: nowMs,
    lastRun,
    restarts: 0,
    attempts: 0,
    crashes: [],
    ruleFirings: {},
    lastEnd: null,
    outputs: {},
    due: false,
    queued: false,
    nextRunAtMs: null,
    turn: null,
    replaces: null,
    restartWanted: false,
  };
}

export function isLive(phase: Phase): phase is LivePhase {
  return phase.type === 'starting' || phase.type === 'ready' || phase.type === 'unready';
}

/** A run exists: alive, or dead and not yet proven gone. */
export function hasRun(phase: Phase): phase is LivePhase | StoppingPhase {
  return isLive(phase) || phase.type === 'stopping';
}
