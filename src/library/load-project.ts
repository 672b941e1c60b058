import type { Diagnostic } from '../config/diagnostic.ts';
import { findPlace, type Place } from '../config/place.ts';
import type { ProjectSpec } from '../spec.ts';
import { type ProjectOptions, surroundingsOf } from './connect.ts';
import { unwrap } from './failure.ts';
import { locateFiles } from './project-files.ts';

export interface LoadOptions extends ProjectOptions {
  /** With the values of what looks like a secret, which are `***` otherwise. */
  readonly reveal?: boolean;
}

export interface Project {
  /** After includes, presets, defaults, env files and interpolation. Ports that are `auto` are 0, outputs of services stand as references. */
  readonly spec: ProjectSpec;
  /** Every file that was read or looked for, absolute. */
  readonly sources: readonly string[];
  readonly warnings: readonly Diagnostic[];
  /** Of a key of a service, such as `restart.max_attempts`; of the nearest key around it where it is not written; null: no such service. */
  placeOf(service: string, key: string): Place | null;
}

/** Reads and checks a project; nothing is run or written. Rejects with an OmnirouteError: `no-file`; `invalid-file` with all diagnostics. */
export async function loadProject({ reveal = false, ...options }: LoadOptions = {}): Promise<Project> {
  const surroundings = surroundingsOf(options);
  const { files } = unwrap(locateFiles(surroundings));
  const { readProject } = await import('./read-project.ts');
  const { presentProject } = await import('./present-project.ts');
  const { loaded } = unwrap(readProject(files, surroundings.env));
  return {
    spec: presentProject(loaded, { reveal }),
    sources: loaded.sources,
    warnings: loaded.warnings,
    placeOf: (service, key) => findPlace(loaded.places, service, key),
  };
}
