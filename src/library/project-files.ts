import { delimiter, resolve } from 'node:path';
import { findProjectFile } from '../config/discover.ts';
import { type Failure, fail } from './failure.ts';

/** Where a project is looked for. */
export interface Surroundings {
  /** As somebody named them; empty: OMNIROUTE_FILE, else the nearest project file upwards. */
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export interface ProjectFiles {
  readonly ok: true;
  /** Absolute; the first is the main one. */
  readonly files: readonly [string, ...string[]];
}

/** The files named, else OMNIROUTE_FILE (several: separated as in PATH), else the nearest project file upwards. */
export function locateFiles({ files, env, cwd }: Surroundings): ProjectFiles | Failure {
  const named = files.length > 0 ? files : (env['OMNIROUTE_FILE'] ?? '').split(delimiter).filter(Boolean);
  const [main, ...others] = named.map((file) => resolve(cwd, file));
  if (main !== undefined) return { ok: true, files: [main, ...others] };
  const found = findProjectFile(cwd);
  if (found !== null) return { ok: true, files: [found] };
  return fail('no-file', `no omniroute.yaml in ${cwd} or any folder above it`, {
    advice: '`omniroute init` writes one; -f FILE or OMNIROUTE_FILE names one elsewhere',
  });
}
