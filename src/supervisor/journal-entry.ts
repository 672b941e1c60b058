import type { Cause, ExitStatus } from './cause.ts';

/** One line of the journal of causes: what `omniroute events` shows. `type` is closed; `text` is one sentence. */
export interface JournalEntry {
  readonly type:
    | 'waiting'
    | 'starting'
    | 'ready'
    | 'unready'
    | 'stopping'
    | 'stopped'
    | 'exited'
    | 'crashed'
    | 'backoff'
    | 'completed'
    | 'failed'
    | 'rule'
    | 'memory-warning'
    | 'output'
    | 'hook-failed'
    | 'schedule'
    | 'signal'
    | 'enabled'
    | 'disabled'
    | 'adopted'
    | 'lost'
    | 'reloaded'
    | 'reload-refused'
    | 'rolled-back'
    | 'reload-settled'
    | 'config-invalid'
    | 'log-dropped'
    | 'pattern-dropped'
    | 'supervisor-started'
    | 'supervisor-stopping'
    | 'supervisor-stopped'
    | 'straggler-left'
    | 'listen-failed'
    | 'runtime-restored'
    | 'woken-late'
    | 'notification-sent'
    | 'notification-failed';
  /** Null: about the project. */
  readonly service: string | null;
  readonly run: number | null;
  readonly text: string;
  readonly cause?: Cause;
  readonly exit?: ExitStatus | null;
}

/** A journal entry as it is stored and sent: with the wall clock and a sequence number that grows by one. */
export interface RecordedEntry extends JournalEntry {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}
