// Which project is meant, and where its supervisor listens: from a pointer that a running supervisor leaves behind, so that
// `ps` needs no YAML; from the file itself only where there is none.
import { existsSync } from 'node:fs';
import { projectFilePaths } from '../config/discover.ts';
import { readProjectPointer } from '../control/project-pointer.ts';
import { linkedRuntimeFolder } from '../control/socket-link.ts';
import { runtimeFolder } from '../control/socket-path.ts';
import { EXIT, type Refusal, refuse } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { findProjectFiles, type ProjectFiles } from './project-files.ts';

export interface FoundProject {
  readonly ok: true;
  readonly files: readonly [string, ...string[]];
  readonly name: string;
  readonly stateDir: string;
  /** Null: it never ran, there is nothing to ask. */
  readonly socket: string | null;
}

/** Where the project's supervisor would be, whether or not it runs. */
export async function findProject(invocation: Invocation): Promise<FoundProject | Refusal> {
  const present = findProjectFiles(invocation);
  const found = present.ok ? present : (findRunningWithoutFile(invocation) ?? present);
  if (!found.ok) return found;
  const pointer = readProjectPointer(found.files[0], invocation.env);
  if (pointer !== null) {
    const { name, stateDir } = pointer;
    return { ok: true, files: found.files, name, stateDir, socket: linkedRuntimeFolder(stateDir)?.socket ?? pointer.socket };
  }
  const { loadOrRefuse } = await import('./load-project.ts');
  const loaded = loadOrRefuse(invocation, found.files, {});
  if (!loaded.ok) return loaded;
  const { name, stateDir } = loaded.loaded.project;
  // A state folder that is not there was never used: asking where its socket would be must not create it.
  const runtime = existsSync(stateDir) ? (linkedRuntimeFolder(stateDir) ?? runtimeFolder(stateDir, invocation.env)) : { socket: null };
  if ('problem' in runtime) return refuse(EXIT.invalidFile, runtime.problem);
  return { ok: true, files: found.files, name, stateDir, socket: runtime.socket };
}

/** Deleted or renamed while the project runs: it must still be seen, and stopped, from its folder. */
function findRunningWithoutFile({ cwd, env }: Invocation): ProjectFiles | null {
  const left = projectFilePaths(cwd).find((path) => existsSync(readProjectPointer(path, env)?.socket ?? ''));
  return left === undefined ? null : { ok: true, files: [left] };
}
