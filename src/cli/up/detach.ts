import { namesWanted } from '../../library/wanted.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { attachDetached, connectTo, waitUntilUp } from './attach.ts';
import { refuseBoot } from './boot-problem.ts';
import { announceToken } from './listen-token.ts';
import type { Starting } from './spawn-supervisor.ts';
import type { UpRequest } from './up-request.ts';

/** Waits until all that is wanted is up under the supervisor that is starting; with one there already, has that do it. */
export async function upDetached(
  invocation: Invocation,
  request: UpRequest,
  { starting, timeoutMs }: { readonly starting: Starting; readonly timeoutMs: number | null },
): Promise<number | Refusal> {
  const { listen } = starting;
  const started = await starting.started;
  if (!started.ok) return started;
  const { report, release } = started;
  switch (report.type) {
    case 'started': {
      const { listenProblem } = report;
      if (listenProblem === null) announceToken(invocation, listen);
      const running = await connectTo(request, { socket: report.socket, pid: started.pid });
      const outcome = running.ok ? await waitUntilUp(invocation, running, namesWanted(running.snapshot), { timeoutMs }) : running;
      release();
      // All services are there, but not what else was asked for.
      return listenProblem !== null && outcome === EXIT.done ? refuse(EXIT.serviceFailed, listenProblem) : outcome;
    }
    case 'locked':
      return attachDetached(invocation, request, { socket: report.socket, pid: report.holder.pid }, { timeoutMs });
    default:
      return refuseBoot(invocation, report);
  }
}
