// The latest CPU and memory figures. Services whose samples are due together share one look at /proc; nobody asks, nothing is read.
import type { ProcessIdentity } from '../process/identity.ts';
import { UsageSampler } from '../process/usage.ts';
import type { LiveRun } from './live-run.ts';

export interface Usage {
  readonly rssBytes: number;
  readonly cpuPercent: number | null;
}

export class UsageBoard {
  readonly #sampler = new UsageSampler();
  readonly #latest = new Map<number, Usage>();
  #waiting: { readonly live: LiveRun; readonly confirmAboveBytes: number; done(rssBytes: number): void }[] = [];

  usageOf(pid: number): Usage | null {
    return this.#latest.get(pid) ?? null;
  }

  /** Samples these runs now. */
  refresh(runs: readonly LiveRun[]): void {
    const samples = this.#sampler.sample(runs.map(({ identity }) => identity));
    for (const live of runs) {
      const sample = samples.get(live.identity.pid);
      if (!sample) continue;
      this.#latest.set(live.identity.pid, sample);
      live.seen = mergeSeen(live.seen, sample.descendants);
    }
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
    this.refresh(waiting.map(({ live }) => live));
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
