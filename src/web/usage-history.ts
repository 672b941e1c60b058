// What services used lately, for the charts: the supervisor keeps no history, so it begins when the page is opened.
import type { ServiceSnapshot } from '../control/protocol.ts';

const MAX_SAMPLES = 450;

export interface UsageSeries {
  /** Seconds since 1970, as the charts take them. */
  readonly times: number[];
  readonly cpuPercent: (number | null)[];
  readonly memoryBytes: (number | null)[];
}

export class UsageHistory {
  readonly #series = new Map<string, UsageSeries>();

  add(atMs: number, services: readonly ServiceSnapshot[]): void {
    for (const { name, cpuPercent, memoryBytes } of services) {
      const series = this.of(name);
      series.times.push(atMs / 1000);
      series.cpuPercent.push(cpuPercent);
      series.memoryBytes.push(memoryBytes);
      if (series.times.length > MAX_SAMPLES) for (const each of [series.times, series.cpuPercent, series.memoryBytes]) each.shift();
    }
    const names = new Set(services.map(({ name }) => name));
    for (const name of this.#series.keys()) if (!names.has(name)) this.#series.delete(name);
  }

  of(service: string): UsageSeries {
    const known = this.#series.get(service);
    if (known !== undefined) return known;
    const fresh: UsageSeries = { times: [], cpuPercent: [], memoryBytes: [] };
    this.#series.set(service, fresh);
    return fresh;
  }
}
