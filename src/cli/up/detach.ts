import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import { type Invocation, note } from '../invocation.ts';
import type { RunningProject } from '../running.ts';
import { attachDetached, connectTo, describeHolder, waitUntilUp } from './attach.ts';
import { refuseBoot } from './boot-problem.ts';
import { type BootReport, readBootReport } from './boot-report.ts';
import { announceToken, TOKEN_VARIABLE, takeListenAddress } from './listen-token.ts';
import { warnOfStartOptions } from './start-options.ts';
import { childWords, type UpRequest } from './up-request.ts';

/** Starts a supervisor in a session of its own and waits until all that is wanted is up; with one there already, has that do it. */
export async function upDetached(
  invocation: Invocation,
  request: UpRequest,
  options: { readonly timeoutMs: number | null },
): Promise<number | Refusal> {
  const listen = takeListenAddress(request.listen, { ...process.env });
  const started = await startDetached(request, listen === null ? {} : { [TOKEN_VARIABLE]: listen.token });
  if ('ok' in started) return started;
  const { report, release } = started;
  switch (report.type) {
    case 'started': {
      const { listenProblem } = report;
      if (listenProblem === null) announceToken(invocation, listen);
      const running = await connectTo(request, report.socket);
      const outcome = running.ok ? await waitUntilUp(invocation, running, namesWanted(running), options) : running;
      release();
      // All services are there, but not what else was asked for.
      return listenProblem !== null && outcome === EXIT.done ? refuse(EXIT.serviceFailed, listenProblem) : outcome;
    }
    case 'locked':
      note(invocation, `${describeHolder(report.holder)}: applying the file and starting what is wanted`);
      warnOfStartOptions(invocation, request);
      return attachDetached(invocation, request, { socket: report.socket, timeoutMs: options.timeoutMs });
    default:
      return refuseBoot(invocation, report);
  }
}

export interface Detached {
  readonly report: BootReport;
  /** Until then a project of jobs alone does not end, so that it can be asked how they went. */
  release(): void;
}

/** A supervisor in a session of its own, and how its start went. */
export async function startDetached(request: UpRequest, env: Readonly<Record<string, string>>): Promise<Detached | Refusal> {
  const bin = process.argv[1] as string;
  const child = spawn(process.execPath, [...process.execArgv, bin, ...childWords(request)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  const failed = new Promise<Error>((resolve) => child.on('error', resolve));
  const exited = new Promise((resolve) => child.on('exit', resolve));
  const pipe = child.stdio[3] as Readable;
  const report = await Promise.race([readBootReport(pipe), failed]);
  // Nothing of a start that was refused may be left when this command ends.
  if (!(report instanceof Error) && report?.type !== 'started') await exited;
  child.unref();
  if (report instanceof Error) return refuse(EXIT.serviceFailed, `omniroute could not start itself: ${report.message}`);
  if (report !== null) return { report, release: () => pipe.destroy() };
  return refuse(EXIT.internal, 'omniroute ended before the project had started', '`omniroute up` without -d shows what it says');
}

function namesWanted({ snapshot }: RunningProject): string[] {
  return snapshot.services.filter((service) => service.desired === 'up' && service.enabled).map((service) => service.name);
}
