// When the machine slept. The monotonic clock stood still meanwhile and the one on the wall went on, so by one offset between the two all
// that was before a sleep would be shown as that much later than it was.
import { bootMs, monotonicMs } from './clock.ts';

/** Less is the daily work of NTP. */
const NOTABLE_MS = 1_000;

export interface Clocks {
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
  /** Goes on while the machine sleeps, and is not set by anybody. */
  readonly bootMs: () => number;
}

interface Sleep {
  /** On the monotonic clock, the last instant that is known to be before it. */
  readonly afterMs: number;
  readonly forMs: number;
}

export class Sleeps {
  readonly #clocks: Clocks;
  readonly #sleeps: Sleep[] = [];
  #seen: { readonly nowMs: number; readonly offsetMs: number; readonly sleptMs: number };

  constructor(clocks: Clocks = { monotonicMs, wallMs: Date.now, bootMs }) {
    this.#clocks = clocks;
    const nowMs = clocks.monotonicMs();
    this.#seen = { nowMs, offsetMs: clocks.wallMs() - nowMs, sleptMs: clocks.bootMs() - nowMs };
  }

  /** To be called whenever instants have been noted: a sleep is then known to be before or after them. */
  look(): void {
    const nowMs = this.#clocks.monotonicMs();
    const offsetMs = this.#clocks.wallMs() - nowMs;
    // A sleep moves the wall clock too, which is cheaper to read.
    if (Math.abs(offsetMs - this.#seen.offsetMs) < NOTABLE_MS) {
      this.#seen = { ...this.#seen, nowMs };
      return;
    }
    const sleptMs = this.#clocks.bootMs() - nowMs;
    const forMs = sleptMs - this.#seen.sleptMs;
    if (forMs >= NOTABLE_MS) this.#sleeps.unshift({ afterMs: this.#seen.nowMs, forMs });
    this.#seen = { nowMs, offsetMs, sleptMs };
  }

  /** From an instant of the monotonic clock to what the clock on the wall, as it is set now, would have shown. */
  wallClock(): (atMs: number) => number {
    this.look();
    const offsetMs = this.#clocks.wallMs() - this.#clocks.monotonicMs();
    return (atMs) => {
      let wallMs = atMs + offsetMs;
      for (const { afterMs, forMs } of this.#sleeps) {
        if (afterMs < atMs) break;
        wallMs -= forMs;
      }
      return wallMs;
    };
  }
}
