import { homedir } from 'node:os';
import { type LoadResult, loadProject } from '../config/load.ts';
import { hashSources } from '../config/sources.ts';
import type { LoadRequest } from './loader.ts';

/** Loads in this process. `env`: the variables that references of the files see. */
export function loadNow(request: LoadRequest, env: Readonly<Record<string, string | undefined>>): LoadResult {
  return loadProject({ ...request, env, home: homedir() });
}

/** Whether the files say what they said then. */
export function isStillTrue(result: LoadResult): boolean {
  return hashSources(result.ok ? result.loaded.sources : result.sources) === result.sourcesHash;
}
