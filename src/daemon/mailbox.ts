// The loop: one event at a time through the core, its orders carried out, one timer for the next deadline.
import { nextDeadline } from '../supervisor/deadlines.ts';
import type { Effect } from '../supervisor/effect.ts';
import type { Event } from '../supervisor/event.ts';
import type { SupervisorState } from '../supervisor/state.ts';
import { step } from '../supervisor/supervisor.ts';
import { monotonicMs } from './clock.ts';

// setTimeout takes no more than 2^31-1 ms, and would fire at once.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export interface MailboxOptions {
  readonly state: SupervisorState;
  perform(effect: Effect): void;
  /** After every burst of events, before the daemon sleeps again. */
  onIdle(state: SupervisorState): void;
  /** A broken invariant: children are stopped, then the daemon dies. */
  onBroken(error: unknown): void;
}

export class Mailbox {
  #state: SupervisorState;
  readonly #options: MailboxOptions;
  readonly #events: Event[] = [];
  #working = false;
  #timer: NodeJS.Timeout | null = null;
  /** What the timer is set to. */
  #dueAtMs: number | null = null;
  #closed = false;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  get state(): SupervisorState {
    return this.#state;
  }

  /** Hands facts to the core, as one burst. Facts posted while one is being handled wait their turn. */
  post(...events: readonly Event[]): void {
    if (this.#closed) return;
    this.#events.push(...events);
    if (!this.#working) this.#work();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #work(): void {
    this.#working = true;
    try {
      this.#handleAll();
      let dueAtMs = nextDeadline(this.#state);
      // A restart that is due at once must not wait for a timer, whose least is a millisecond.
      if (dueAtMs !== null && dueAtMs <= monotonicMs()) {
        this.#events.push({ type: 'deadline-passed' });
        this.#handleAll();
        dueAtMs = nextDeadline(this.#state);
      }
      this.#armTimer(dueAtMs);
      this.#options.onIdle(this.#state);
    } catch (error) {
      this.#options.onBroken(error);
    } finally {
      this.#working = false;
    }
  }

  #handleAll(): void {
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      const { state, effects } = step(this.#state, event, monotonicMs());
      this.#state = state;
      for (const effect of inOrder(effects)) this.#options.perform(effect);
    }
  }

  /** Null: by time alone there is nothing to wake up for. */
  #armTimer(dueAtMs: number | null): void {
    if (this.#timer !== null && this.#dueAtMs === dueAtMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dueAtMs = dueAtMs;
    if (dueAtMs === null || this.#closed) return;
    const delayMs = Math.max(0, dueAtMs - monotonicMs());
    this.#timer = setTimeout(() => this.#wake(), Math.min(delayMs, LONGEST_TIMEOUT_MS));
  }

  #wake(): void {
    this.#timer = null;
    this.post({ type: 'deadline-passed' });
  }
}

/**
 * What is done does not wait for what is said of it: a sentence on its way to a disk and to a terminal takes as long as a fork.
 * The report of a crash is between them: whoever hears of the crash finds it.
 */
function inOrder(effects: readonly Effect[]): readonly Effect[] {
  return effects.length < 2 ? effects : effects.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ type }: Effect): number {
  if (type === 'announce') return 2;
  return type === 'write-crash-report' ? 1 : 0;
}
