// What travels over the control socket: HTTP/1.1 + JSON, the same for the CLI, a dashboard and `curl --unix-socket`.
import type { RecordedEntry } from '../supervisor/journal-entry.ts';
import type { ReloadPlan } from '../supervisor/reload-plan.ts';
import type { HeldSocket, ProjectSnapshot, ServiceSnapshot, WhyReport } from '../supervisor/snapshot.ts';

export const PROTOCOL_VERSION = 1;
/** Header of every answer: the server's PROTOCOL_VERSION. */
export const PROTOCOL_HEADER = 'omniroute-protocol';
/** Header of a request: who asks, as `why` will tell; `api` where it is not said. */
export const ACTOR_HEADER = 'omniroute-actor';
/** Name of the last event of a stream whose reader was too slow; it may resume where it was. */
export const DROPPED_EVENT = 'dropped';

/** What a client may ask the running supervisor to do. */
export type ControlCommand =
  /** `services` empty: every service that starts by default, plus those of `profiles`. */
  | {
      readonly type: 'start';
      readonly services: readonly string[];
      readonly profiles: readonly string[];
      readonly withDependencies: boolean;
    }
  | { readonly type: 'stop'; readonly services: readonly string[] }
  | { readonly type: 'restart'; readonly services: readonly string[] }
  | { readonly type: 'signal'; readonly services: readonly string[]; readonly signal: string }
  | { readonly type: 'enable'; readonly services: readonly string[] }
  | { readonly type: 'disable'; readonly services: readonly string[] }
  | { readonly type: 'reload' }
  /** How many instances of services that the file gives `instances`, by their names there; until the next reload. */
  | { readonly type: 'scale'; readonly counts: Readonly<Record<string, number>> }
  /** What `reload` would change, without applying it: the answer's `details` is a ReloadPlan. */
  | { readonly type: 'plan' }
  /** Ends omniroute and leaves everything else as it is, for another one to take over: the answer's `details` is a HandOver. */
  | { readonly type: 'hand-over' }
  /** `force`: SIGKILL to every group at once. The answer comes before the socket closes; `down` is done when the supervisor is gone. */
  | { readonly type: 'down'; readonly gracePeriodMs: number | null; readonly force: boolean };

/** What the next omniroute must be started with to go on as the one before it; how services are stands in the state folder. */
export interface HandOver {
  readonly profiles: readonly string[];
  readonly recovery: boolean;
  readonly maxRestarts: number | null;
  readonly watch: boolean;
  readonly listen: { readonly host: string; readonly port: number } | null;
}

/** A refusal is a value with the exit code the CLI ends with (DESIGN section 11). */
export type ControlOutcome =
  | {
      readonly ok: true;
      readonly message: string /** Journal position at which the command took effect. */;
      readonly seq: number;
      readonly details?: unknown;
    }
  | {
      readonly ok: false;
      readonly code: 'unknown-service' | 'invalid-file' | 'refused' | 'bad-request';
      readonly message: string;
      readonly details?: unknown;
    };

/** What `GET /v1/services/{name}/logs` is asked for. */
export interface LogRequest {
  /** Wall clock, milliseconds since 1970, both inclusive. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Before `grep` is applied. */
  readonly lastLines: number | null;
  /** Source of a regular expression. */
  readonly grep: string | null;
  readonly stream: 'any' | 'out' | 'err';
  /** Negative: -1 is the latest run, -2 the one before. */
  readonly run: number | null;
  readonly follow: boolean;
}

/** What services used lately. */
export interface UsageHistory {
  /** Between two samples, about; where they are further apart, nobody looked. */
  readonly stepMs: number;
  /** Wall clock, milliseconds since 1970, the oldest first: of all the lists below. */
  readonly times: readonly number[];
  readonly services: Readonly<Record<string, UsageSeries>>;
}

/** Null where there was no process, or too little to tell. */
export interface UsageSeries {
  /** Of one core. */
  readonly cpuPercent: readonly (number | null)[];
  readonly memoryBytes: readonly (number | null)[];
}

/** The supervisor as the control API sees it; `daemon/` implements it. */
export interface Supervision {
  /** With `usage`, fresh CPU and memory figures are taken. */
  snapshot(options: { readonly usage: boolean }): ProjectSnapshot;
  /** Of the last quarter of an hour, at most since this supervisor began. */
  usage(): UsageHistory;
  why(service: string): WhyReport | null;
  submit(command: ControlCommand, actor: string): Promise<ControlOutcome>;
  /** Replays the entries after `afterSeq` that are still in memory, then calls `listener` for each new one: atomic, nothing between is lost. Returns the end of the subscription. */
  subscribe(afterSeq: number, listener: (entry: RecordedEntry) => void): () => void;
  /** For `/v1/metrics`: crash counters by service and cause type since the supervisor started. */
  crashCounts(): readonly { readonly service: string; readonly cause: string; readonly count: number }[];
}

export type { HeldSocket, ProjectSnapshot, RecordedEntry, ReloadPlan, ServiceSnapshot, WhyReport };
