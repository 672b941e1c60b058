// Everything that can keep a supervisor from starting, before anything of the project is touched.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../config/diagnostic.ts';
import { problemsOfServices } from '../config/prerequisites.ts';
import { didYouMean } from '../config/suggestion.ts';
import { describeOwner, findForeignOwner } from '../control/foreign-owner.ts';
import { makePrivateFolder } from '../control/private-folder.ts';
import type { ProjectSnapshot } from '../control/protocol.ts';
import { linkedRuntimeFolder } from '../control/socket-link.ts';
import { createRuntimeFolder } from '../control/socket-path.ts';
import { withDependencies } from '../graph.ts';
import { isAlive } from '../process/identity.ts';
import { selectServices } from '../service-name.ts';
import { refuseContainment } from './containment.ts';
import { type LockResult, takeLock } from './lock.ts';
import { describeElsewhere } from './pointer.ts';
import type { ProjectFile, ProjectLoad } from './project-file.ts';
import { defaultServices } from './selection.ts';
import type { HandedOver, Standings } from './standings.ts';
import { peekState, type RunRecord, readStateFile, type StateContent } from './state-file.ts';
import type { PlannedRun } from './timetable.ts';
import { withUnrecorded } from './unrecorded.ts';
import { warmUp } from './warm-up.ts';
import type { Workplace } from './workplace.ts';

/** Nobody asks for anything new: what outlived the supervisor before is to be stopped, or to go on as it was. */
export type TakeOver = 'to-stop' | 'to-go-on';

export interface BootRequest {
  /** Absolute; the first is the main one. */
  readonly files: readonly string[];
  readonly file: ProjectFile;
  /** Named on the command line; empty: the default ones. */
  readonly services: readonly string[];
  readonly profiles: readonly string[];
  readonly withDependencies: boolean;
  readonly takesOver: TakeOver | null;
  /** `embedded`: the process is somebody else's. */
  readonly mode: ProjectSnapshot['mode'];
}

type LoadedFile = Extract<ProjectLoad, { ok: true }>;

export interface Boot {
  readonly type: 'ready';
  readonly load: LoadedFile;
  readonly place: Workplace;
  readonly lock: Extract<LockResult, { ok: true }>;
  /** What runs since a supervisor before this one; `problem`: why its record could not be used. */
  readonly outlived: {
    readonly runs: readonly RunRecord[];
    readonly schedules: readonly PlannedRun[];
    /** Null: a new start. */
    readonly standings: Standings | null;
    readonly handedOver: HandedOver | null;
    readonly problem: string | null;
  };
  /** What `up` asked for. */
  readonly wanted: readonly string[];
}

export type BootFailure =
  | { readonly type: 'invalid'; readonly diagnostics: readonly Diagnostic[]; readonly sources: readonly string[] }
  | { readonly type: 'locked'; readonly holder: { readonly pid: number }; readonly socket: string }
  | { readonly type: 'problem'; readonly message: string; readonly exitCode: number };

const EXIT_NO_SUCH_SERVICE = 5;
const EXIT_PROBLEM = 1;
const EXIT_LOCKED = 75;

export async function boot(request: BootRequest): Promise<Boot | BootFailure> {
  const [read] = await Promise.all([request.file.load(), request.mode === 'embedded' ? null : warmUp()]);
  if (!read.ok) return { type: 'invalid', diagnostics: read.diagnostics, sources: read.sources };
  const load = scaleAsBefore(request.file, read);
  // What went on until now may go on, also where the file has forgotten it, or what it needs is gone.
  const problem = request.takesOver === null ? findUnknownName(load, request) : null;
  if (problem !== null) return { type: 'problem', message: problem, exitCode: EXIT_NO_SUCH_SERVICE };
  const wanted = wantedOf(load, request);
  const started = request.takesOver !== null ? [] : request.withDependencies ? withDependencies(load.project.services, wanted) : wanted;
  const missing = problemsOfServices(load.loaded, started).filter(({ severity }) => severity === 'error');
  if (missing.length > 0) return { type: 'invalid', diagnostics: missing, sources: load.loaded.sources };

  const uncontained = refuseContainment(load.loaded);
  if (uncontained !== null) return { type: 'invalid', diagnostics: [uncontained], sources: load.loaded.sources };

  const { name, dir, stateDir } = load.project;
  const elsewhere = describeElsewhere(request.files, load.project);
  if (elsewhere !== null) return { type: 'problem', message: elsewhere, exitCode: EXIT_LOCKED };
  const unusable = prepareStateDir(stateDir);
  if (unusable !== null) return { type: 'problem', message: unusable, exitCode: EXIT_PROBLEM };
  const lock = await takeLock(stateDir);
  const refuse = (message: string): BootFailure => {
    if (lock.ok) lock.release();
    return { type: 'problem', message, exitCode: EXIT_PROBLEM };
  };
  // Not before: whoever had the lock until now may have taken the folder along.
  const runtime = linkedRuntimeFolder(stateDir) ?? createRuntimeFolder(stateDir, process.env);
  if ('problem' in runtime) return refuse(runtime.problem);
  if (!lock.ok) {
    const foreign = describeForeign(stateDir, lock.holder.pid);
    if (foreign !== null) return { type: 'problem', message: foreign, exitCode: EXIT_LOCKED };
    return { type: 'locked', holder: lock.holder, socket: runtime.socket };
  }
  const state = readStateFile(stateDir);
  if ('newer' in state) return refuse(state.newer);
  const runs = withUnrecorded(state.record?.runs ?? [], stateDir);
  const kept = runs.length === 0 ? load : await loadAsBefore(state.record, request.file, load);
  const place = { project: name, dir, stateDir, runtime: { folder: runtime.folder, socket: runtime.socket } };
  return {
    type: 'ready',
    load: kept,
    place,
    lock,
    outlived: { runs, schedules: state.record?.schedules ?? [], ...standingsOf(state.record, runs, request), problem: state.problem },
    wanted,
  };
}

/** Where nothing of it runs on, or is to, the project starts anew. */
function standingsOf(
  record: StateContent | null,
  runs: readonly RunRecord[],
  { takesOver }: BootRequest,
): Pick<Boot['outlived'], 'standings' | 'handedOver'> {
  const { standings = null, handedOver = null } = record ?? {};
  // What was handed over stays on record where nobody came to take it, such as before a reboot.
  const isTaken = takesOver === 'to-go-on' && handedOver !== null;
  const goesOn = isTaken || (takesOver !== 'to-stop' && runs.some(({ identity }) => isAlive(identity)));
  return { standings: goesOn ? standings : null, handedOver: standings === null ? null : handedOver };
}

function wantedOf({ project }: LoadedFile, { services, profiles, takesOver }: BootRequest): readonly string[] {
  if (takesOver !== null) return [];
  return services.length > 0 ? selectServices(services, Object.keys(project.services)) : defaultServices(project, profiles);
}

/** An instance that somebody asked for, and that runs on, has a name too: `upgrade` gives it, and so may `up`. */
function scaleAsBefore(file: ProjectFile, load: LoadedFile): LoadedFile {
  // Of most projects nothing can be scaled, and what ran before need not be read before there is the lock.
  if (Object.values(load.project.services).every(({ instance }) => instance === null)) return load;
  const { runs = [], scale } = peekState(load.project.stateDir) ?? {};
  return runs.length === 0 ? load : withScale(file, load, scale);
}

/** `load` is as `file` presents it by now. */
function withScale(file: ProjectFile, load: LoadedFile, scale: StateContent['scale'] = {}): LoadedFile {
  if (isDeepStrictEqual(scale, file.scale)) return load;
  file.setScale(scale);
  return { ...load, project: file.present(load.loaded) };
}

/** Ports that were `auto` keep the numbers that services still running were started with, and there are as many instances as there were. */
async function loadAsBefore(record: StateContent | null, file: ProjectFile, load: LoadedFile): Promise<LoadedFile> {
  const { autoPorts = {}, scale } = record ?? {};
  const scaled = withScale(file, load, scale);
  if (Object.keys(autoPorts).length === 0) return scaled;
  file.keepAutoPorts({ ...file.autoPorts, ...autoPorts });
  const again = await file.load();
  return again.ok ? again : load;
}

function findUnknownName({ project }: LoadedFile, { services, profiles }: BootRequest): string | null {
  const known = Object.keys(project.services);
  const service = selectServices(services, known).find((name) => !known.includes(name));
  if (service !== undefined) return describeUnknown('service', service, Object.keys(project.services));
  const profile = profiles.find((name) => !Object.hasOwn(project.profiles, name));
  return profile === undefined ? null : describeUnknown('profile', profile, Object.keys(project.profiles));
}

function describeUnknown(kind: 'service' | 'profile', name: string, known: readonly string[]): string {
  return `no ${kind} is named ${JSON.stringify(name)}${didYouMean(name, known)}; ${kind}s: ${known.join(', ') || 'none'}`;
}

/** In words who else runs the project, or null where it is this user. The pid is 0 where it cannot be told. */
function describeForeign(stateDir: string, pid: number): string | null {
  const owner = findForeignOwner(stateDir, pid === 0 ? null : pid);
  return owner && `omniroute runs this project already, for ${owner.user}, and answers that user alone; ${owner.advice}`;
}

/** In words why the folder cannot be used, or null. */
function prepareStateDir(stateDir: string): string | null {
  try {
    makeFolders(stateDir);
    const { uid } = statSync(stateDir);
    const own = process.getuid?.() ?? uid;
    if (uid !== own && own !== 0) {
      const { user, advice } = describeOwner(uid);
      return `the state folder ${stateDir} belongs to another user, ${user}; ${advice}, or set state_dir to a folder of your own`;
    }
    accessSync(stateDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code, message } = obstacleOf(stateDir) ?? (error as NodeJS.ErrnoException);
    return `the state folder ${stateDir} cannot be used: ${code === 'EROFS' ? 'its file system is read-only' : message}; set state_dir to a folder you can write`;
  }
}

/** Node's own recursive way never ends where a folder cannot be made though the one above it is there, as in /proc. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  makePrivateFolder(folder);
}

/** Node says ENOENT of a folder that it could not make on a read-only file system; the folder above it knows better. */
function obstacleOf(folder: string): NodeJS.ErrnoException | null {
  const existing = existsSync(folder) ? folder : dirname(folder);
  if (!existsSync(existing)) return obstacleOf(existing);
  try {
    accessSync(existing, constants.W_OK);
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
