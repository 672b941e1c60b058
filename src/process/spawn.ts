// Starts a process in a session and group of its own. The one place that does.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Signal } from '../spec.ts';
import type { ExitStatus } from '../supervisor/cause.ts';
import { identify, type ProcessIdentity } from './identity.ts';
import { type InheritedSockets, withSockets } from './inherited-sockets.ts';
import { findNamelessSignal } from './nameless-signal.ts';
import { nowTicks } from './process-table.ts';
import { explainFailure, findCharacterProblem, findFolderProblem, findProgramProblem, type SpawnFailure } from './spawn-failure.ts';

export interface SpawnOptions {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment: nothing of ours is added. */
  readonly env: Readonly<Record<string, string>>;
  /** A descriptor, or a pipe that the caller must consume. */
  readonly stdout: number | 'pipe';
  readonly stderr: number | 'pipe';
  /** Listening sockets, for descriptors 3, 4 … */
  readonly sockets?: InheritedSockets;
  /** Calls `fork`, at once, where the process shall be born: in a control group. */
  readonly inside?: <T>(fork: () => T) => T;
  /** A pipe's end, for the descriptor after these, whose number is told in NOTIFY_FD. */
  readonly notifyFd?: number | null;
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
  /** To be called at once where a pipe that it wrote to was closed: what kills it may be nameless by the time of its exit. */
  lookAtEnd(): void;
}

/**
 * Resolves as soon as the process runs its program, or with the reason, which names the folder or the PATH searched. Never rejects
 * for what the system refuses. The child has its descriptors when this call returns: ours may be closed without awaiting it.
 */
export async function spawnRun(options: SpawnOptions): Promise<SpawnResult> {
  const problem = findCharacterProblem(options) ?? findFolderProblem(options.cwd) ?? findHiddenProblem(options);
  if (problem !== null) return problem;
  const child = start(options);
  if ('ok' in child) return child;
  let nameless: Signal | null = null;
  const onExit = watchExit(child, () => nameless);
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [NodeJS.ErrnoException];
    return explainFailure(error, searchOf(options));
  }
  const identity = identifyChild(child.pid, options);
  if ('ok' in identity) return identity;
  const { pid, stdout, stderr } = child;
  const lookAtEnd = (): void => {
    nameless ??= findNamelessSignal(pid);
  };
  return { ok: true, identity, stdout, stderr, onExit, lookAtEnd };
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

function start(options: SpawnOptions): ChildProcess | SpawnFailure {
  const { cwd, stdout, stderr, sockets, inside, notifyFd = null } = options;
  const { command, env: own } = sockets === undefined ? options : withSockets(options, sockets);
  const stdio = ['ignore' as const, stdout, stderr, ...(sockets?.fds ?? [])];
  const env = notifyFd === null ? own : { ...own, NOTIFY_FD: String(stdio.length) };
  const [file, ...args] = command;
  try {
    const fork = (): ChildProcess =>
      spawn(file, args, { cwd, env, detached: true, stdio: notifyFd === null ? stdio : [...stdio, notifyFd] });
    return inside === undefined ? fork() : inside(fork);
  } catch (error) {
    // Most of what the system refuses is told by an event; the rest, such as too long a command line, is thrown.
    return explainFailure(error as NodeJS.ErrnoException, searchOf(options));
  }
}

// 'exit', never 'close' or the promise: a grandchild that holds the pipes delays those without bound.
function watchExit(child: ChildProcess, findNameless: () => Signal | null): (listener: ExitListener) => void {
  let told: [ExitStatus, number] | null = null;
  const listeners: ExitListener[] = [];
  child.once('exit', (code, named) => {
    const signal = named ?? findNameless();
    told = [signal === null ? { code: code as number, signal: null } : { code: null, signal }, nowTicks()];
    for (const listener of listeners.splice(0)) listener(...told);
  });
  return (listener) => {
    if (told === null) listeners.push(listener);
    else listener(...told);
  };
}

/** Behind the shell that hands over sockets, a missing program would only be its exit code. */
function findHiddenProblem(options: SpawnOptions): SpawnFailure | null {
  return options.sockets === undefined ? null : findProgramProblem(searchOf(options));
}

function searchOf({ command: [file], cwd, env }: SpawnOptions): { file: string; cwd: string; path: string | undefined } {
  return { file, cwd, path: env['PATH'] };
}
