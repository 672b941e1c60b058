import { homedir } from 'node:os';
import { loadProject } from '../config/load.ts';
import { hashSources } from '../config/sources-hash.ts';
import type { Load, LoadRequest } from './loader.ts';

/** Loads in this process. `env`: the variables that references of the files see. */
export function loadNow(request: LoadRequest, env: Readonly<Record<string, string | undefined>>): Load {
  const result = loadProject({ ...request, env, home: homedir() });
  return { result, sourcesHash: hashSources(result.ok ? result.loaded.sources : result.sources) };
}
