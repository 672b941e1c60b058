import { homedir } from 'node:os';
import { type LoadedProject, loadProject } from '../config/load.ts';
import { type Failure, failInvalid } from './failure.ts';

/** Reads and checks the files; ports that are `auto` are 0. */
export function readProject(
  files: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { readonly ok: true; readonly loaded: LoadedProject } | Failure {
  const result = loadProject({ files, env, autoPorts: {}, home: homedir() });
  return result.ok ? { ok: true, loaded: result.loaded } : failInvalid(result.diagnostics);
}
