import { statSync } from 'node:fs';
import type { Loader } from '../../loader/loader.ts';
import { ProcessLoader } from '../../loader/process-loader.ts';

/** Begins at once: a loader takes longer to start than what it is for. */
export function openLoader(files: readonly string[]): Loader {
  // A shell's `<(…)` is a pipe of this process alone.
  if (files.some(isPipe)) return LOADS_HERE;
  const loader = new ProcessLoader(process.argv[1] as string, process.execArgv);
  loader.prepare({ files, autoPorts: {} });
  return loader;
}

const LOADS_HERE: Loader = {
  prepare: () => {},
  load: async (request) => (await import('../../loader/load-now.ts')).loadNow(request, process.env),
  rest: async () => {},
};

function isPipe(file: string): boolean {
  try {
    return statSync(file).isFIFO();
  } catch {
    // Whoever loads it says what is wrong, with its place.
    return false;
  }
}
