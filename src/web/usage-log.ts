// What services used lately, for the charts: what omniroute saw before the page looked, then what the page sees itself.
import type { ServiceSnapshot, UsageHistory } from '../control/protocol.ts';

const KEPT_MS = 15 * 60_000;
/** Further apart, samples are not joined by a line: nobody looked in between. */
const GAP_MS = 30_000;

export interface UsageList {
  /** Seconds since 1970, as the charts take them. */
  readonly times: number[];
  readonly cpuPercent: (number | null)[];
  readonly memoryBytes: (number | null)[];
}

type Used = Pick<ServiceSnapshot, 'cpuPercent' | 'memoryBytes'>;

export class UsageLog {
  readonly #lists = new Map<string, UsageList>();
  /** Of the newest sample. */
  lastAtMs = Number.NEGATIVE_INFINITY;

  /** The samples of a history that are newer than all that is known. */
  addHistory({ times, services }: UsageHistory): void {
    const newer = times.flatMap((atMs, index) => (atMs > this.lastAtMs ? [{ atMs, index }] : []));
    for (const { atMs, index } of newer) {
      for (const [name, { cpuPercent, memoryBytes }] of Object.entries(services))
        this.#append(name, atMs, { cpuPercent: cpuPercent[index] ?? null, memoryBytes: memoryBytes[index] ?? null });
      this.lastAtMs = atMs;
    }
  }

  add(atMs: number, services: readonly ServiceSnapshot[]): void {
    for (const service of services) this.#append(service.name, atMs, service);
    this.lastAtMs = atMs;
    const names = new Set(services.map(({ name }) => name));
    for (const name of this.#lists.keys()) if (!names.has(name)) this.#lists.delete(name);
  }

  of(service: string): UsageList {
    const known = this.#lists.get(service);
    if (known !== undefined) return known;
    const fresh: UsageList = { times: [], cpuPercent: [], memoryBytes: [] };
    this.#lists.set(service, fresh);
    return fresh;
  }

  #append(name: string, atMs: number, { cpuPercent, memoryBytes }: Used): void {
    const list = this.of(name);
    const lastAt = list.times.at(-1);
    if (lastAt !== undefined && atMs - lastAt * 1000 > GAP_MS) push(list, lastAt + 1, { cpuPercent: null, memoryBytes: null });
    push(list, atMs / 1000, { cpuPercent, memoryBytes });
    const tooOld = list.times.findIndex((at) => at * 1000 >= atMs - KEPT_MS);
    for (const each of [list.times, list.cpuPercent, list.memoryBytes]) each.splice(0, tooOld);
  }
}

function push({ times, cpuPercent, memoryBytes }: UsageList, at: number, used: Used): void {
  times.push(at);
  cpuPercent.push(used.cpuPercent);
  memoryBytes.push(used.memoryBytes);
}
