import { homedir } from 'node:os';
import { type LoadResult, loadProject } from '../config/load.ts';
import type { LoadRequest } from './loader.ts';

/** Loads in this process. `env`: the variables that references of the files see. */
export function loadNow(request: LoadRequest, env: Readonly<Record<string, string | undefined>>): LoadResult {
  return loadProject({ ...request, env, home: homedir() });
}
