// The latest CPU and memory figures, and a history of them. Services whose samples are due together share one look at /proc; where nobody
// asks, there is one look every ten seconds.
import type { ProcessIdentity } from '../process/identity.ts';
import { UsageSampler } from '../process/usage.ts';
import { monotonicMs } from './clock.ts';
import type { LiveRun } from './live-run.ts';
import { STEP_MS, type Usage, UsageHistory } from './usage-history.ts';

export class UsageBoard {
  readonly #sampler = new UsageSampler();
  readonly #latest = new Map<number, Usage>();
  readonly #history = new UsageHistory();
  #timer: NodeJS.Timeout | undefined;
  #waiting: { readonly live: LiveRun; readonly confirmAboveBytes: number; done(rssBytes: number): void }[] = [];

  usageOf(pid: number): Usage | null {
    return this.#latest.get(pid) ?? null;
  }

  get history(): UsageHistory {
    return this.#history;
  }

  /** From now on there is a history of these, also while nobody looks. */
  keepHistory(runs: () => readonly LiveRun[]): void {
    this.#timer ??= setInterval(() => {
      if (this.#history.isDue(monotonicMs())) this.refreshAll(runs());
    }, STEP_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Samples all runs that there are, now. */
  refreshAll(runs: readonly LiveRun[]): void {
    if (runs.length === 0) return;
    const usages = this.#refresh(runs);
    const nowMs = monotonicMs();
    if (this.#history.isDue(nowMs)) this.#history.add(usages, { nowMs, wallMs: Date.now() });
  }

  #refresh(runs: readonly LiveRun[]): Map<string, Usage> {
    const samples = this.#sampler.sample(runs.map(({ identity }) => identity));
    const usages = new Map<string, Usage>();
    for (const live of runs) {
      const sample = samples.get(live.identity.pid);
      if (!sample) continue;
      this.#latest.set(live.identity.pid, sample);
      usages.set(live.service, sample);
      live.seen = mergeSeen(live.seen, sample.descendants);
    }
    return usages;
  }

  /** Samples a run with all others that ask within this turn; a sum above the limit is measured again without counting shared pages twice. */
  sample(live: LiveRun, confirmAboveBytes: number, done: (rssBytes: number) => void): void {
    this.#waiting.push({ live, confirmAboveBytes, done });
    if (this.#waiting.length === 1) setImmediate(() => this.#sampleWaiting());
  }

  forget(pid: number): void {
    this.#latest.delete(pid);
    this.#sampler.forget(pid);
  }

  #sampleWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#refresh(waiting.map(({ live }) => live));
    for (const { live, confirmAboveBytes, done } of waiting) {
      const usage = this.#latest.get(live.identity.pid);
      if (!usage) continue;
      done(usage.rssBytes > confirmAboveBytes ? this.#sampler.confirmRss(live.identity.pid) : usage.rssBytes);
    }
  }
}

/** Only what was seen last and the time before: a service that forks all day must not grow the list. */
function mergeSeen(before: readonly ProcessIdentity[], now: readonly ProcessIdentity[]): readonly ProcessIdentity[] {
  const pids = new Set(now.map(({ pid }) => pid));
  return [...now, ...before.filter(({ pid }) => !pids.has(pid))].slice(0, 256);
}
