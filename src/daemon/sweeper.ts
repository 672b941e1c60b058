// Clears up after runs that are over. Runs that end together (a `down` of a hundred services) share one look at /proc.
import type { ProcessRow } from '../process/process-row.ts';
import { killMembers, signalBeyondGroup } from '../process/stop.ts';
import { findMemberRows, type RunScope } from '../process/stragglers.ts';
import type { Effect } from '../supervisor/effect.ts';
import { monotonicMs } from './clock.ts';

const POLL_MS = 20;
/** SIGKILL needs no longer, except for a process stuck in the kernel. */
const KILL_DEADLINE_MS = 5_000;

export interface SweepOptions {
  readonly scope: RunScope;
  /** Null: what is found is killed at once. */
  readonly grace: Extract<Effect, { type: 'clear-run' }>['grace'];
  /** Told once, where the grace is needed. */
  onLeftBehind(pids: readonly number[]): void;
}

interface Request extends SweepOptions {
  readonly graceUntilMs: number;
  looked: boolean;
  done(remaining: readonly number[]): void;
}

export class Sweeper {
  #waiting: Request[] = [];
  #scheduled = false;

  /** Resolves to the pids that could not be ended. */
  sweep(options: SweepOptions): Promise<readonly number[]> {
    return new Promise((resolve) => {
      this.#waiting.push({ ...options, graceUntilMs: monotonicMs() + (options.grace?.forMs ?? 0), looked: false, done: resolve });
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
    const members = findMemberRows(requests.map(({ scope }) => scope));
    const overdue: Request[] = [];
    for (const [index, request] of requests.entries()) {
      const rows = members[index] ?? [];
      if (rows.length === 0) request.done([]);
      else if (monotonicMs() >= request.graceUntilMs) overdue.push(request);
      else this.#wait(request, rows);
    }
    if (this.#waiting.length > 0) this.#schedule(POLL_MS);
    if (overdue.length === 0) return;
    const remaining = await killMembers(
      overdue.map(({ scope }) => scope),
      KILL_DEADLINE_MS,
    );
    for (const [index, request] of overdue.entries()) request.done((remaining[index] ?? []).map(({ pid }) => pid));
  }

  #wait(request: Request, rows: readonly ProcessRow[]): void {
    this.#waiting.push(request);
    if (request.looked || request.grace === null) return;
    request.looked = true;
    signalBeyondGroup(rows, request.scope, request.grace.signal);
    request.onLeftBehind(rows.map(({ pid }) => pid));
  }
}
