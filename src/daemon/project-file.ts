// The project as its file says it now, with what the command line overrides, and with numbers for the ports that are `auto`.
import { homedir } from 'node:os';
import type { Diagnostic } from '../config/diagnostic.ts';
import { expandInstances } from '../config/instances.ts';
import { type LoadedProject, loadProject } from '../config/load.ts';
import { freePort } from '../process/ports.ts';
import type { ProjectSpec, RestartPolicy } from '../spec.ts';

export interface Overrides {
  /** False: a run that ends is not followed by another. */
  readonly recovery: boolean;
  /** Instead of every service's own limits. */
  readonly maxRestarts: number | null;
}

export type ProjectLoad =
  | { readonly ok: true; readonly loaded: LoadedProject; readonly project: ProjectSpec }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly sources: readonly string[] };

export class ProjectFile {
  readonly #files: readonly string[];
  readonly #overrides: Overrides;
  /** `service.port` → number; chosen once, kept for as long as the project runs. */
  #autoPorts: Record<string, number> = {};
  #scale: Readonly<Record<string, number>> = {};

  constructor(files: readonly string[], overrides: Overrides) {
    this.#files = files;
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

  /** Reads everything anew. */
  async load(): Promise<ProjectLoad> {
    const first = this.#read();
    if (!first.ok || first.loaded.unassignedPorts.length === 0) return this.#finish(first);
    for (const key of first.loaded.unassignedPorts) this.#autoPorts[key] = await this.#choosePort();
    return this.#finish(this.#read());
  }

  async #choosePort(): Promise<number> {
    const taken = new Set(Object.values(this.#autoPorts));
    for (let port = await freePort(); ; port = await freePort()) if (!taken.has(port)) return port;
  }

  #read(): ReturnType<typeof loadProject> {
    return loadProject({ files: this.#files, env: process.env, autoPorts: this.#autoPorts, home: homedir() });
  }

  #finish(result: ReturnType<typeof loadProject>): ProjectLoad {
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
