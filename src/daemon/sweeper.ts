// Clears up after runs that are over. Runs that end together (a `down` of a hundred services) share one look at /proc.

import { killMembers } from '../process/stop.ts';
import { findMembers, type RunScope } from '../process/stragglers.ts';
import { monotonicMs } from './clock.ts';

const POLL_MS = 20;
/** SIGKILL needs no longer, except for a process stuck in the kernel. */
const KILL_DEADLINE_MS = 5_000;

interface Request {
  readonly scope: RunScope;
  readonly graceUntilMs: number;
  done(remaining: readonly number[]): void;
}

export class Sweeper {
  #waiting: Request[] = [];
  #scheduled = false;

  /** Resolves to the pids that could not be ended; what was signalled with the leader gets `graceMs` to end by itself first. */
  sweep(scope: RunScope, graceMs: number): Promise<readonly number[]> {
    return new Promise((resolve) => {
      this.#waiting.push({ scope, graceUntilMs: monotonicMs() + graceMs, done: resolve });
      this.#schedule(0);
    });
  }

  #schedule(delayMs: number): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const run = (): void => {
      this.#scheduled = false;
      void this.#sweepAll();
    };
    if (delayMs === 0) setImmediate(run);
    else setTimeout(run, delayMs);
  }

  async #sweepAll(): Promise<void> {
    const requests = this.#waiting;
    this.#waiting = [];
    const members = findMembers(requests.map(({ scope }) => scope));
    const overdue: Request[] = [];
    for (const [index, request] of requests.entries()) {
      if (members[index]?.length === 0) request.done([]);
      else if (monotonicMs() >= request.graceUntilMs) overdue.push(request);
      else this.#waiting.push(request);
    }
    if (this.#waiting.length > 0) this.#schedule(POLL_MS);
    if (overdue.length === 0) return;
    const remaining = await killMembers(
      overdue.map(({ scope }) => scope),
      KILL_DEADLINE_MS,
    );
    for (const [index, request] of overdue.entries()) request.done((remaining[index] ?? []).map(({ pid }) => pid));
  }
}
