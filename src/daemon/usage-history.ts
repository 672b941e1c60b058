// What services used during the last quarter of an hour, for whoever begins to look only now. In memory alone: a new omniroute begins anew.
import type { UsageHistory as ShownHistory } from '../control/protocol.ts';

export interface Usage {
  readonly rssBytes: number;
  /** Of one core. */
  readonly cpuPercent: number | null;
}

export const STEP_MS = 10_000;
/** A timer that fires a moment early must not leave a step out. */
const TOLERANCE_MS = 500;
const KEPT = 90;

/** NaN where there was no process, or nothing to tell yet. 720 bytes. */
interface Ring {
  readonly cpuPercent: Float32Array;
  readonly memoryBytes: Float32Array;
}

export class UsageHistory {
  /** Wall clock; one of them for all services, which are looked at together. */
  readonly #times = new Float64Array(KEPT);
  readonly #rings = new Map<string, Ring>();
  /** Samples ever taken. */
  #count = 0;
  #takenAtMs = Number.NEGATIVE_INFINITY;

  /** `nowMs` is on the monotonic clock. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#takenAtMs >= STEP_MS - TOLERANCE_MS;
  }

  /** Keeps one sample of every service that has a process, by name. */
  add(usages: ReadonlyMap<string, Usage>, at: { readonly nowMs: number; readonly wallMs: number }): void {
    const slot = this.#count % KEPT;
    this.#count += 1;
    this.#takenAtMs = at.nowMs;
    this.#times[slot] = at.wallMs;
    for (const name of usages.keys()) if (!this.#rings.has(name)) this.#rings.set(name, createRing());
    for (const [name, ring] of this.#rings) {
      const { cpuPercent = null, rssBytes = Number.NaN } = usages.get(name) ?? {};
      ring.cpuPercent[slot] = cpuPercent ?? Number.NaN;
      ring.memoryBytes[slot] = rssBytes;
      if (!usages.has(name) && ring.memoryBytes.every(Number.isNaN)) this.#rings.delete(name);
    }
  }

  /** The oldest first. */
  show(): ShownHistory {
    const size = Math.min(this.#count, KEPT);
    const slots = Array.from({ length: size }, (_, index) => (this.#count - size + index) % KEPT);
    const pick = (values: Float32Array, digits: number) => slots.map((slot) => round(values[slot] as number, digits));
    const services = [...this.#rings].map(([name, { cpuPercent, memoryBytes }]) => [
      name,
      { cpuPercent: pick(cpuPercent, 1), memoryBytes: pick(memoryBytes, 0) },
    ]);
    return { stepMs: STEP_MS, times: slots.map((slot) => this.#times[slot] as number), services: Object.fromEntries(services) };
  }
}

function createRing(): Ring {
  return { cpuPercent: new Float32Array(KEPT).fill(Number.NaN), memoryBytes: new Float32Array(KEPT).fill(Number.NaN) };
}

function round(value: number, digits: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}
