// Starts a process in a session and group of its own. The one place that knows execa.
import type { ChildProcess } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { Signal } from '../spec.ts';
import type { ExitStatus } from '../supervisor/cause.ts';
import { identify, type ProcessIdentity } from './identity.ts';
import { nowTicks } from './process-table.ts';
import { explainFailure, findFolderProblem, type SpawnFailure } from './spawn-failure.ts';

export interface SpawnOptions {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment: nothing of ours is added. */
  readonly env: Readonly<Record<string, string>>;
  /** A descriptor, or a pipe that the caller must consume. */
  readonly stdout: number | 'pipe';
  readonly stderr: number | 'pipe';
}

/** Told once, also when the process ended before anyone listened; `exitTicks` is on the clock of `startTime`. */
export type ExitListener = (exit: ExitStatus, exitTicks: number) => void;

export type SpawnResult = StartedProcess | SpawnFailure;

export interface StartedProcess {
  readonly ok: true;
  readonly identity: ProcessIdentity;
  /** Null unless a pipe was asked for. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  onExit(listener: ExitListener): void;
}

type Subprocess = ReturnType<typeof start>;

const CREATED = channel('child_process');

/**
 * Resolves as soon as the process runs its program, or with the reason, which names the folder or the PATH searched. Never rejects
 * for what the system refuses. The child has its descriptors when this call returns: ours may be closed without awaiting it.
 */
export async function spawnRun(options: SpawnOptions): Promise<SpawnResult> {
  const problem = findCharacterProblem(options) ?? findFolderProblem(options.cwd);
  if (problem !== null) return problem;
  const { subprocess, failed } = startCaught(options);
  if (subprocess === null) return explainFailure(await failed, searchOf(options));
  const onExit = watchExit(subprocess);
  // Settles once the process has ended *and* its pipes are closed: too late to be of use, except for a process that never began.
  subprocess.catch(() => {});
  if (subprocess.pid === undefined) {
    const { cause } = await subprocess;
    return explainFailure(cause as NodeJS.ErrnoException, searchOf(options));
  }
  const identity = identifyChild(subprocess.pid, options);
  if ('ok' in identity) return identity;
  return { ok: true, identity, stdout: subprocess.stdout, stderr: subprocess.stderr, onExit };
}

// Even a child that has ended already is there: the event loop reaps it, at the earliest after this turn.
function identifyChild(pid: number, options: SpawnOptions): ProcessIdentity | SpawnFailure {
  try {
    return identify(pid) ?? { ok: false, code: 'ESRCH', message: `process ${pid} of ${options.command[0]} was reaped by somebody else` };
  } catch (error) {
    // Out of descriptors, say: what cannot be identified could not be stopped later, so it must not live.
    process.kill(-pid, 'SIGKILL');
    return explainFailure(error as NodeJS.ErrnoException, searchOf(options));
  }
}

// Out of descriptors, Node makes a child without streams and execa 9 trips over that: it throws, and the 'error' of a child that nobody
// has got hold of ends this whole process. So the child is caught while it is made.
function startCaught(options: SpawnOptions): { subprocess: Subprocess | null; failed: Promise<NodeJS.ErrnoException> } {
  const children: ChildProcess[] = [];
  const onCreated = (message: unknown): void => {
    children.push((message as { process: ChildProcess }).process);
  };
  CREATED.subscribe(onCreated);
  let subprocess: Subprocess | null = null;
  try {
    subprocess = start(options);
  } catch (error) {
    if (children[0] === undefined || children[0].pid !== undefined) throw error;
  } finally {
    CREATED.unsubscribe(onCreated);
  }
  return { subprocess, failed: new Promise((resolve) => children[0]?.once('error', resolve)) };
}

function start({ command: [file, ...args], cwd, env, stdout, stderr }: SpawnOptions) {
  return execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    windowsHide: true,
    // Its types know of no descriptor but 1 and 2; it hands every number on.
    stdio: ['ignore', stdout as 'pipe', stderr as 'pipe'],
  });
}

// 'exit', never 'close' or the promise: a grandchild that holds the pipes delays those without bound.
function watchExit(subprocess: Subprocess): (listener: ExitListener) => void {
  let told: [ExitStatus, number] | null = null;
  const listeners: ExitListener[] = [];
  subprocess.once('exit', (code, signal) => {
    told = [code === null ? { code: null, signal: signal as Signal } : { code, signal: null }, nowTicks()];
    for (const listener of listeners.splice(0)) listener(...told);
  });
  return (listener) => {
    if (told === null) listeners.push(listener);
    else listener(...told);
  };
}

function searchOf({ command: [file], cwd, env }: SpawnOptions): { file: string; cwd: string; path: string | undefined } {
  return { file, cwd, path: env['PATH'] };
}

function findCharacterProblem({ command, env }: SpawnOptions): SpawnFailure | null {
  if (command[0] === '') return { ok: false, code: 'EINVAL', message: 'the command is empty' };
  const argument = command.findIndex((word) => word.includes('\0'));
  if (argument >= 0) return { ok: false, code: 'EINVAL', message: `argument ${argument} of the command holds a NUL character` };
  const variable = Object.keys(env).find((name) => name.includes('\0') || env[name]?.includes('\0'));
  if (variable === undefined) return null;
  return { ok: false, code: 'EINVAL', message: `the environment variable ${JSON.stringify(variable)} holds a NUL character` };
}
