// Why a process could not be started, in words that say where it was looked for.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

export interface SpawnFailure {
  readonly ok: false;
  /** The system's: ENOENT, EACCES, EMFILE … */
  readonly code: string;
  readonly message: string;
}

/** What a process is started with. */
interface Words {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** What no system call can take, and Node throws at. */
export function findCharacterProblem({ command, env }: Words): SpawnFailure | null {
  if (command[0] === '') return { ok: false, code: 'EINVAL', message: 'the command is empty' };
  const argument = command.findIndex((word) => word.includes('\0'));
  if (argument >= 0) return { ok: false, code: 'EINVAL', message: `argument ${argument} of the command holds a NUL character` };
  const variable = Object.keys(env).find((name) => name.includes('\0') || env[name]?.includes('\0'));
  if (variable === undefined) return null;
  return { ok: false, code: 'EINVAL', message: `the environment variable ${JSON.stringify(variable)} holds a NUL character` };
}

/** Where Node says no more than the code. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ELOOP: 'a link on the way leads in a circle',
  ENAMETOOLONG: 'its path is too long for the system',
  ENOTDIR: 'a part of its path is a file, not a folder',
};

/** To be asked before a spawn: a missing folder and a missing program give the same ENOENT. */
export function findFolderProblem(cwd: string): SpawnFailure | null {
  try {
    // Without `throwIfNoEntry`, by which Node 24 calls a path through a file missing as well.
    if (!statSync(cwd).isDirectory()) return { ok: false, code: 'ENOTDIR', message: `cwd ${cwd} is not a folder` };
    accessSync(cwd, constants.X_OK);
    return null;
  } catch (error) {
    const { code = 'EINVAL', message } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be entered: ${WORDS[code] ?? message}`;
    return { ok: false, code, message: `cwd ${cwd} ${problem}` };
  }
}

/** What was looked for, and where: `path` is the PATH of the child's environment. */
interface Search {
  readonly file: string;
  readonly cwd: string;
  readonly path: string | undefined;
}

/** After a failed spawn, from the system's error. */
export function explainFailure(error: NodeJS.ErrnoException, { file, cwd, path }: Search): SpawnFailure {
  const code = error.code ?? 'UNKNOWN';
  return { ok: false, code, message: describe() };

  function describe(): string {
    if (code === 'ENOENT') {
      const interpreter = findMissingInterpreter(file, cwd, path);
      if (interpreter !== null) return interpreter;
      return file.includes('/') ? `${resolve(cwd, file)} does not exist` : `${file} was not found: ${describeSearch(path)}`;
    }
    if (code === 'EACCES') {
      if (file.includes('/') && isFolder(resolve(cwd, file))) return `${resolve(cwd, file)} is a folder, not a program`;
      return file.includes('/') ? `${resolve(cwd, file)} is not executable` : `${file} is not executable: ${describeSearch(path)}`;
    }
    if (code === 'E2BIG') return `the arguments and the environment of ${file} are too large for the system`;
    return `${file.includes('/') ? resolve(cwd, file) : file} could not be started: ${WORDS[code] ?? error.message}`;
  }
}

/** As the system would say it: the program is nowhere, or may not be executed. */
export function findProgramProblem(search: Search): SpawnFailure | null {
  const places = search.file.includes('/') ? [''] : (search.path ?? '/usr/local/bin:/usr/bin:/bin').split(':');
  const codes = places.map((place) => executionProblem(resolve(search.cwd, place, search.file)));
  if (codes.includes(null)) return null;
  const code = codes.includes('EACCES') ? 'EACCES' : 'ENOENT';
  return explainFailure(Object.assign(new Error(code), { code }), search);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function executionProblem(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? null : 'EACCES';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'ENOENT';
  }
}

// The system looks along the PATH of the child's environment, not along ours.
function describeSearch(path: string | undefined): string {
  return path === undefined ? "PATH is not set, the system's default was searched" : `searched PATH=${path}`;
}

// A script that is there, but whose `#!` line names a program that is not, gives ENOENT as well.
function findMissingInterpreter(file: string, cwd: string, path: string | undefined): string | null {
  const places = file.includes('/') ? [''] : (path ?? '').split(':');
  for (const place of places) {
    const script = resolve(cwd, place, file);
    const interpreter = interpreterOf(script);
    if (interpreter !== null) return `${script} needs ${interpreter} (its #! line), which does not exist`;
  }
  return null;
}

/** Null also for what cannot be looked into: the system's own error is said then. */
function interpreterOf(script: string): string | null {
  try {
    if (!statSync(script).isFile()) return null;
    return /^#!\s*(\S+)/.exec(readHead(script))?.[1] ?? null;
  } catch {
    return null;
  }
}

function readHead(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const head = Buffer.alloc(256);
    return head.toString('utf8', 0, readSync(fd, head));
  } finally {
    closeSync(fd);
  }
}
