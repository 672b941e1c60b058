import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { type LoadResult, loadProject } from '../config/load.ts';
import { hashSources } from '../config/sources.ts';
import type { LoadRequest } from './loader.ts';

/** A thousand services. To optimize the code that reads less takes V8 longer than it gains, and a processor that somebody else could use. */
const WORTH_OPTIMIZING_BYTES = 150_000;

/** Loads in this process, which is one of our own. `env`: the variables that references of the files see. */
export function loadNow(request: LoadRequest, env: Readonly<Record<string, string | undefined>>): LoadResult {
  if (request.files.every((file) => sizeOf(file) < WORTH_OPTIMIZING_BYTES)) setFlagsFromString('--no-opt');
  return loadProject({ ...request, env, home: homedir() });
}

/** Whether the files say what they said then. */
export function isStillTrue(result: LoadResult): boolean {
  return hashSources(result.ok ? result.loaded.sources : result.sources) === result.sourcesHash;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    // Whoever reads it says what is wrong, with its place.
    return 0;
  }
}
