// The project as its file says it now, with what the command line overrides, and with numbers for the ports that are `auto`.
import { expandInstances } from '../config/instances.ts';
import type { LoadedProject, LoadResult } from '../config/load.ts';
import type { Loader, LoadRequest } from '../loader/loader.ts';
import { freePort } from '../process/ports.ts';
import type { ProjectSpec, RestartPolicy } from '../spec.ts';

export interface Overrides {
  /** False: a run that ends is not followed by another. */
  readonly recovery: boolean;
  /** Instead of every service's own limits. */
  readonly maxRestarts: number | null;
}

export type ProjectLoad = (Extract<LoadResult, { ok: true }> & { readonly project: ProjectSpec }) | Extract<LoadResult, { ok: false }>;

export class ProjectFile {
  readonly #files: readonly string[];
  readonly #loader: Loader;
  readonly #overrides: Overrides;
  /** `service.port` → number; chosen once, kept for as long as the project runs. */
  #autoPorts: Record<string, number> = {};
  #scale: Readonly<Record<string, number>> = {};

  constructor(files: readonly string[], loader: Loader, overrides: Overrides) {
    this.#files = files;
    this.#loader = loader;
    this.#overrides = overrides;
  }

  get autoPorts(): Readonly<Record<string, number>> {
    return this.#autoPorts;
  }

  keepAutoPorts(ports: Readonly<Record<string, number>>): void {
    this.#autoPorts = { ...ports };
  }

  /** How many instances somebody asked for, by the names of the file. */
  get scale(): Readonly<Record<string, number>> {
    return this.#scale;
  }

  setScale(scale: Readonly<Record<string, number>>): void {
    this.#scale = { ...scale };
  }

  /** What was loaded, as it is to be run. */
  present(loaded: LoadedProject): ProjectSpec {
    return override(expandInstances(loaded.project, this.#scale), this.#overrides);
  }

  /** It is likely to be read soon. */
  prepare(): void {
    this.#loader.prepare(this.#request);
  }

  /** Reads everything anew. */
  async load(): Promise<ProjectLoad> {
    try {
      const first = await this.#read();
      if (!first.ok || first.loaded.unassignedPorts.length === 0) return this.#finish(first);
      for (const key of first.loaded.unassignedPorts) this.#autoPorts[key] = await this.#choosePort();
      return this.#finish(await this.#read());
    } finally {
      void this.#loader.rest();
    }
  }

  async #choosePort(): Promise<number> {
    const taken = new Set(Object.values(this.#autoPorts));
    for (let port = await freePort(); ; port = await freePort()) if (!taken.has(port)) return port;
  }

  #read(): Promise<LoadResult> {
    return this.#loader.load(this.#request);
  }

  get #request(): LoadRequest {
    return { files: this.#files, autoPorts: this.#autoPorts };
  }

  #finish(result: LoadResult): ProjectLoad {
    return result.ok ? { ...result, project: this.present(result.loaded) } : result;
  }
}

function override(project: ProjectSpec, { recovery, maxRestarts }: Overrides): ProjectSpec {
  if (recovery && maxRestarts === null) return project;
  const change: Partial<RestartPolicy> = {
    ...(recovery ? {} : { policy: 'never' }),
    ...(maxRestarts === null ? {} : { maxAttempts: maxRestarts, maxCrashes: null }),
  };
  const services = Object.entries(project.services).map(([name, spec]) => [name, { ...spec, restart: { ...spec.restart, ...change } }]);
  return { ...project, services: Object.fromEntries(services) };
}
