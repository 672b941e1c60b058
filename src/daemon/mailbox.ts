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
      // A restart that is due at once must not wait for a timer, whose least is a millisecond.
      if (this.#delayMs() === 0) {
        this.#events.push({ type: 'deadline-passed' });
        this.#handleAll();
      }
      this.#armTimer();
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
      for (const effect of effects) this.#options.perform(effect);
    }
  }

  #armTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const delayMs = this.#delayMs();
    if (delayMs === null || this.#closed) return;
    this.#timer = setTimeout(() => this.post({ type: 'deadline-passed' }), Math.min(delayMs, LONGEST_TIMEOUT_MS));
  }

  /** Until the next deadline; null: there is none. */
  #delayMs(): number | null {
    const dueAtMs = nextDeadline(this.#state);
    return dueAtMs === null ? null : Math.max(0, dueAtMs - monotonicMs());
  }
}
