// Which project is meant, and where its supervisor listens: from a pointer that a running supervisor leaves behind, so that
// asking needs no YAML; from the file itself only where there is none.
import { existsSync } from 'node:fs';
import { projectFilePaths } from '../config/discover.ts';
import { readProjectPointer } from '../control/project-pointer.ts';
import { currentSocket, linkedRuntimeFolder } from '../control/socket-link.ts';
import { runtimeFolder } from '../control/socket-path.ts';
import { type Failure, fail } from './failure.ts';
import { locateFiles, type ProjectFiles, type Surroundings } from './project-files.ts';

export interface LocatedProject {
  readonly ok: true;
  /** Absolute; the first is the main one. */
  readonly files: readonly [string, ...string[]];
  readonly name: string;
  readonly stateDir: string;
  /** Null: it never ran, there is nothing to ask. */
  readonly socket: string | null;
}

/** Where the project's supervisor would be, whether or not it runs. */
export async function locateProject(surroundings: Surroundings): Promise<LocatedProject | Failure> {
  const present = locateFiles(surroundings);
  const found = present.ok ? present : (findRunningWithoutFile(surroundings) ?? present);
  if (!found.ok) return found;
  const pointer = readProjectPointer(found.files[0], surroundings.env);
  if (pointer !== null) {
    const { name, stateDir } = pointer;
    return { ok: true, files: found.files, name, stateDir, socket: currentSocket(stateDir, pointer.socket) };
  }
  const { readProject } = await import('./read-project.ts');
  const read = readProject(found.files, surroundings.env);
  if (!read.ok) return read;
  const { name, stateDir } = read.loaded.project;
  // A state folder that is not there was never used: asking where its socket would be must not create it.
  const runtime = existsSync(stateDir) ? (linkedRuntimeFolder(stateDir) ?? runtimeFolder(stateDir, surroundings.env)) : { socket: null };
  if ('problem' in runtime) return fail('cannot-start', runtime.problem);
  return { ok: true, files: found.files, name, stateDir, socket: runtime.socket };
}

/** Deleted or renamed while the project runs: it must still be seen, and stopped, from its folder. */
function findRunningWithoutFile({ cwd, env }: Surroundings): ProjectFiles | null {
  const left = projectFilePaths(cwd).find((path) => existsSync(readProjectPointer(path, env)?.socket ?? ''));
  return left === undefined ? null : { ok: true, files: [left] };
}
