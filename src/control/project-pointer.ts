// The way from a project file to its supervisor without reading YAML: a small file named after the project file's path.
// The daemon writes it when it starts; it stays when the daemon ends, so that `logs` finds the state folder of a dead project.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { realPath } from './real-path.ts';
import { runtimeRoot } from './socket-path.ts';

export interface ProjectPointer {
  /** All that it was made of; the first is the main one. */
  readonly files: readonly string[];
  readonly stateDir: string;
  readonly name: string;
  readonly socket: string;
  readonly pid: number;
}

/** Room for what is appended while one is written; a file's name has at most 255 bytes. */
const MAX_NAME_BYTES = 200;

/** Path of the pointer of a main project file; null where this machine has no runtime folder of the user. */
export function projectPointer(file: string, env: Readonly<Record<string, string | undefined>>): string | null {
  const root = runtimeRoot(env);
  if (root === null) return null;
  return join(root, 'by-file', pointerName(realPath(file)));
}

/** As it can be read; a hash only where that would be too long: to load what hashes takes as long as all else until the pointer is read. */
function pointerName(path: string): string {
  const name = path.replaceAll('%', '%25').replaceAll('/', '%2F');
  return Buffer.byteLength(name) <= MAX_NAME_BYTES ? name : createHash('sha256').update(path).digest('hex');
}

/** Null where there is none, or where it is not ours to believe. */
export function readProjectPointer(file: string, env: Readonly<Record<string, string | undefined>>): ProjectPointer | null {
  const path = projectPointer(file, env);
  if (path === null) return null;
  try {
    if (statSync(path).uid !== process.getuid?.()) return null;
    const { files, stateDir, name, socket, pid } = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProjectPointer>;
    if (!Array.isArray(files)) return null;
    if (typeof stateDir !== 'string' || typeof name !== 'string' || typeof socket !== 'string' || typeof pid !== 'number') return null;
    return { files, stateDir, name, socket, pid };
  } catch {
    // Missing, or half-written: the project file itself tells the same.
    return null;
  }
}
