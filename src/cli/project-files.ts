import { delimiter, resolve } from 'node:path';
import { findProjectFile } from '../config/discover.ts';
import { EXIT, type Refusal, refuse } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

export interface ProjectFiles {
  readonly ok: true;
  /** Absolute; the first is the main one. */
  readonly files: readonly [string, ...string[]];
}

/** -f, else OMNIROUTE_FILE (several: separated as in PATH), else the nearest project file upwards. */
export function findProjectFiles(invocation: Pick<Invocation, 'files' | 'env' | 'cwd'>): ProjectFiles | Refusal {
  const named = invocation.files.length > 0 ? invocation.files : (invocation.env.OMNIROUTE_FILE ?? '').split(delimiter).filter(Boolean);
  const [main, ...others] = named.map((file) => resolve(invocation.cwd, file));
  if (main !== undefined) return { ok: true, files: [main, ...others] };
  const found = findProjectFile(invocation.cwd);
  if (found !== null) return { ok: true, files: [found] };
  return refuse(
    EXIT.invalidFile,
    `no omniroute.yaml in ${invocation.cwd} or any folder above it`,
    '`omniroute init` writes one; -f FILE or OMNIROUTE_FILE names one elsewhere',
  );
}
