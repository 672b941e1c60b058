// Where a supervisor listens: in the user's runtime folder, which lives in memory and is emptied by a reboot; else in the system's;
// else beside the state. Clients look in the same places in the same order.
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, lstatSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { distrustFolder, makePrivateFolder } from './private-folder.ts';
import { realPath } from './real-path.ts';

export interface RuntimeFolder {
  readonly folder: string;
  readonly socket: string;
}

/** `problem` is for people: it names the path, what is wrong with it and what to do. */
export type FoundRuntimeFolder = RuntimeFolder | { readonly problem: string };

type Environment = Readonly<Record<string, string | undefined>>;

export interface RuntimeHost {
  readonly uid: number;
  /** `/run` of the system. */
  readonly systemDir: string;
}

/** sun_path has 108 bytes with its final NUL; a longer path is silently cut, so that another file would be bound. */
export const MAX_SOCKET_PATH_BYTES = 107;

const SOCKET = 'control.sock';
const THIS_HOST: RuntimeHost = { uid: process.getuid?.() ?? 0, systemDir: '/run' };

/** Where the supervisor of this state folder listens, or would; creates nothing. A folder that others can write is a problem. */
export function runtimeFolder(stateDir: string, env: Environment, host: RuntimeHost = THIS_HOST): FoundRuntimeFolder {
  const fitting = fittingCandidates(stateDir, env, host);
  if (!Array.isArray(fitting)) return fitting;
  for (const candidate of fitting) {
    if (isOfOwner(candidate, realPath(stateDir), host.uid)) continue;
    const distrust = distrustCandidate(candidate, host.uid);
    if (distrust !== null) return { problem: distrust };
    if (existsSync(candidate.socket)) return candidate;
  }
  return fitting[0] as Candidate;
}

/** As `runtimeFolder`, and the folder is there, mode 0700. The state folder must exist. */
export function createRuntimeFolder(stateDir: string, env: Environment, host: RuntimeHost = THIS_HOST): FoundRuntimeFolder {
  const fitting = fittingCandidates(stateDir, env, host);
  if (!Array.isArray(fitting)) return fitting;
  const failures: string[] = [];
  for (const candidate of fitting) {
    try {
      for (const folder of candidate.folders) makePrivateFolder(folder);
    } catch (error) {
      // Not ours to write in (/run, for most users), or read-only: the next one may do.
      failures.push((error as Error).message);
      continue;
    }
    const distrust = distrustCandidate(candidate, host.uid);
    return distrust === null ? candidate : { problem: distrust };
  }
  const beside = toCandidate([besideState(realPath(stateDir))]);
  const tooLong = fitting.some(({ socket }) => socket === beside.socket) ? [] : [describeTooLong([beside])];
  return { problem: `no folder for the control socket can be made: ${[...failures, ...tooLong].join('; ')}` };
}

/** Whether the folder may have been made for this state folder, under whatever environment: it is named after the state folder's path. */
export function isRuntimeFolderOf(stateDir: string, folder: string): boolean {
  const state = realPath(stateDir);
  return basename(folder) === folderName(state) || folder === besideState(state);
}

/** The folder of this user that holds the runtime folders of all projects; null where none can be made. */
export function runtimeRoot(env: Environment, host: RuntimeHost = THIS_HOST): string | null {
  const usable = runtimeRoots(env, host).find(
    ({ base, root }) => distrustFolder(root, host.uid) === null && (existsSync(root) || isWritable(base)),
  );
  return usable?.root ?? null;
}

interface Candidate extends RuntimeFolder {
  /** Those that must be ours, the outer first; `folder` is the last. */
  readonly folders: readonly string[];
}

function fittingCandidates(stateDir: string, env: Environment, host: RuntimeHost): Candidate[] | { readonly problem: string } {
  const state = realPath(stateDir);
  const underRoots = runtimeRoots(env, host).map(({ root }) => [root, join(root, folderName(state))]);
  const candidates = [...underRoots, [besideState(state)]].map(toCandidate);
  const fitting = candidates.filter(({ socket }) => Buffer.byteLength(socket) <= MAX_SOCKET_PATH_BYTES);
  if (fitting.length > 0) return fitting;
  return { problem: describeTooLong(candidates) };
}

/** Of the real path of a state folder. */
function folderName(state: string): string {
  return createHash('sha256').update(state).digest('hex').slice(0, 16);
}

function besideState(state: string): string {
  return join(state, 'run');
}

function describeTooLong(candidates: readonly Candidate[]): string {
  const paths = candidates.map(({ socket }) => `${socket} (${Buffer.byteLength(socket)} bytes)`).join(', ');
  return `the path of the control socket may have at most ${MAX_SOCKET_PATH_BYTES} bytes: ${paths}; set XDG_RUNTIME_DIR or state_dir to a shorter path`;
}

function toCandidate(folders: readonly string[]): Candidate {
  const folder = folders.at(-1) as string;
  return { folders, folder, socket: join(folder, SOCKET) };
}

function distrustCandidate({ folders }: Candidate, uid: number): string | null {
  const distrust = folders.map((folder) => distrustFolder(folder, uid)).find((reason) => reason !== null);
  return distrust === undefined
    ? null
    : `${distrust}: a control socket there could be anyone's; remove it, or make it yours alone (chmod 700)`;
}

function runtimeRoots(env: Environment, { uid, systemDir }: RuntimeHost): { readonly base: string; readonly root: string }[] {
  const xdg = env['XDG_RUNTIME_DIR'];
  // After `su` the variable still names the other user's folder; WSL's is open to everyone.
  const isOurs = xdg !== undefined && isAbsolute(xdg) && existsSync(xdg) && distrustFolder(realPath(xdg), uid) === null;
  const system = { base: systemDir, root: join(systemDir, uid === 0 ? 'omniroute' : `omniroute-${uid}`) };
  return isOurs ? [{ base: xdg, root: join(xdg, 'omniroute') }, system] : [system];
}

/** Beside a state folder of somebody else is what he listens at, who is no intruder; we may not even be able to look. */
function isOfOwner({ folder }: RuntimeFolder, state: string, uid: number): boolean {
  if (folder !== besideState(state)) return false;
  try {
    const { uid: owner } = lstatSync(state);
    return owner !== uid && lstatSync(folder).uid === owner;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
