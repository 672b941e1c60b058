import { locateFiles, type ProjectFiles } from '../library/project-files.ts';
import { type Refusal, refuseFailure } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

/** -f, else OMNIROUTE_FILE (several: separated as in PATH), else the nearest project file upwards. */
export function findProjectFiles(invocation: Pick<Invocation, 'files' | 'env' | 'cwd'>): ProjectFiles | Refusal {
  const located = locateFiles(invocation);
  return located.ok ? located : refuseFailure(located);
}
