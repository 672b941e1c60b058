// A supervisor in a session of its own: the executable itself, with a word of its own.
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { LoadResult } from '../../config/load.ts';
import { type BootReport, type DetachedRequest, readBootReport, tellChild } from './parent-link.ts';
import { SUPERVISE_WORD } from './supervise-word.ts';

export interface Executable {
  /** Of omniroute itself. */
  readonly bin: string;
  /** Options for Node. */
  readonly execArgv: readonly string[];
}

export interface Detached {
  readonly ok: true;
  readonly pid: number;
  readonly report: BootReport;
  /** Its exit code; null: killed. Until then this process is kept alive. */
  awaitExit(): Promise<number | null>;
  /** Until then a project of jobs alone does not end, so that it can be asked how they went. */
  release(): void;
}

export interface NotStarted {
  readonly ok: false;
  /** `broken`: it ended without a word, which is a bug. `killed`: likewise, by somebody's SIGKILL, or for lack of memory. */
  readonly reason: 'unspawnable' | 'broken' | 'killed';
  readonly message: string;
}

/** Starts it and waits for how its start went. `load`: reads the project for it, while it starts; null: it does so itself. */
export async function startDetached(
  { bin, execArgv }: Executable,
  request: DetachedRequest,
  load: (() => Promise<LoadResult>) | null,
): Promise<Detached | NotStarted> {
  // The files are for people who look at a list of processes.
  const child = spawn(process.execPath, [...execArgv, bin, SUPERVISE_WORD, ...request.files], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const failed = new Promise<Error>((resolve) => child.on('error', resolve));
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const pipe = child.stdio[3] as Socket;
  const reported = readBootReport(pipe);
  if (child.pid !== undefined) {
    tellChild(pipe, request);
    tellChild(pipe, load && (await load()));
  }
  const report = await Promise.race([reported, failed]);
  if (report instanceof Error) return { ok: false, reason: 'unspawnable', message: `omniroute could not start itself: ${report.message}` };
  // Nothing of a start that was refused may be left when this is answered.
  if (report?.type !== 'started') await exited;
  child.unref();
  const awaitExit = (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.ref();
    return exited;
  };
  if (report !== null) return { ok: true, pid: child.pid ?? 0, report, awaitExit, release: () => pipe.destroy() };
  if (child.signalCode === 'SIGKILL')
    return { ok: false, reason: 'killed', message: 'omniroute was killed before the project had started' };
  return { ok: false, reason: 'broken', message: 'omniroute ended before the project had started' };
}
