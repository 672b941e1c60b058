// Which project is meant, and where its supervisor listens: from a pointer that a running supervisor leaves behind, so that
// `ps` needs no YAML; from the file itself only where there is none.
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { findProjectFile } from '../config/discover.ts';
import { readProjectPointer } from '../control/project-pointer.ts';
import { runtimeFolder } from '../control/socket-path.ts';
import { EXIT, type Refusal, refuse } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

export interface ProjectFiles {
  readonly ok: true;
  /** Absolute; the first is the main one. */
  readonly files: readonly [string, ...string[]];
}

export interface FoundProject {
  readonly ok: true;
  readonly files: readonly [string, ...string[]];
  readonly name: string;
  readonly stateDir: string;
  /** Null: it never ran, there is nothing to ask. */
  readonly socket: string | null;
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

/** Where the project's supervisor would be, whether or not it runs. */
export async function findProject(invocation: Invocation): Promise<FoundProject | Refusal> {
  const found = findProjectFiles(invocation);
  if (!found.ok) return found;
  const pointer = readProjectPointer(found.files[0], invocation.env);
  if (pointer !== null) return { ok: true, files: found.files, name: pointer.name, stateDir: pointer.stateDir, socket: pointer.socket };
  const { loadOrRefuse } = await import('./load-project.ts');
  const loaded = loadOrRefuse(invocation, found.files, {});
  if (!loaded.ok) return loaded;
  const { name, stateDir } = loaded.loaded.project;
  // A state folder that is not there was never used: asking where its socket would be must not create it.
  const runtime = existsSync(stateDir) ? runtimeFolder(stateDir, invocation.env) : { socket: null };
  if ('problem' in runtime) return refuse(EXIT.invalidFile, runtime.problem);
  return { ok: true, files: found.files, name, stateDir, socket: runtime.socket };
}
