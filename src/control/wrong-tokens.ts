// Whoever guesses tokens is turned away cheaply. The token is too long to be found: what is limited is the load, never the owner.

const MAX_WRONG = 20;
const WINDOW_MS = 60_000;

export class WrongTokens {
  #count = 0;
  #windowEndsAtMs = Number.NEGATIVE_INFINITY;

  /** Counts one; true where there were too many within a minute. */
  note(nowMs: number): boolean {
    if (nowMs >= this.#windowEndsAtMs) {
      this.#count = 0;
      this.#windowEndsAtMs = nowMs + WINDOW_MS;
    }
    this.#count += 1;
    return this.#count > MAX_WRONG;
  }

  /** Until the next one is answered again. */
  retryAfterMs(nowMs: number): number {
    return Math.max(0, this.#windowEndsAtMs - nowMs);
  }
}
