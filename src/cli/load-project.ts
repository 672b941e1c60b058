import { homedir } from 'node:os';
import { type LoadedProject, loadProject } from '../config/load.ts';
import type { Refusal } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { findProjectFiles } from './project-files.ts';
import { refuseInvalid } from './refuse-invalid.ts';

export interface Loaded {
  readonly ok: true;
  readonly loaded: LoadedProject;
}

/** Loads the project of this invocation; an invalid file becomes a refusal that shows every diagnostic. */
export function loadNamedProject(invocation: Invocation, autoPorts: Readonly<Record<string, number>> = {}): Loaded | Refusal {
  const found = findProjectFiles(invocation);
  return found.ok ? loadOrRefuse(invocation, found.files, autoPorts) : found;
}

export function loadOrRefuse(
  invocation: Invocation,
  files: readonly string[],
  autoPorts: Readonly<Record<string, number>>,
): Loaded | Refusal {
  const result = loadProject({ files, env: invocation.env, autoPorts, home: homedir() });
  if (result.ok) return { ok: true, loaded: result.loaded };
  return refuseInvalid(invocation, result.diagnostics);
}
