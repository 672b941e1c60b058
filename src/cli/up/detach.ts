import type { RunningProject } from '../../library/running-project.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import { type Invocation, note } from '../invocation.ts';
import { attachDetached, connectTo, describeHolder, waitUntilUp } from './attach.ts';
import { refuseBoot } from './boot-problem.ts';
import { announceToken, TOKEN_VARIABLE, takeListenAddress } from './listen-token.ts';
import { type Detached, startDetached } from './start-detached.ts';
import { warnOfStartOptions } from './start-options.ts';
import type { UpRequest } from './up-request.ts';

/** Starts a supervisor in a session of its own and waits until all that is wanted is up; with one there already, has that do it. */
export async function upDetached(
  invocation: Invocation,
  request: UpRequest,
  options: { readonly timeoutMs: number | null },
): Promise<number | Refusal> {
  const listen = takeListenAddress(request.listen, { ...process.env });
  const started = await spawnSupervisor(request, listen === null ? {} : { [TOKEN_VARIABLE]: listen.token });
  if (!started.ok) return started;
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

/** This very executable, once more. */
export async function spawnSupervisor(request: UpRequest, env: Readonly<Record<string, string>>): Promise<Detached | Refusal> {
  const started = await startDetached({ bin: process.argv[1] as string, execArgv: process.execArgv }, request, env);
  if (started.ok) return started;
  if (started.reason === 'unspawnable') return refuse(EXIT.serviceFailed, started.message);
  return refuse(EXIT.internal, started.message, '`omniroute up` without -d shows what it says');
}

function namesWanted({ snapshot }: RunningProject): string[] {
  return snapshot.services.filter((service) => service.desired === 'up' && service.enabled).map((service) => service.name);
}
