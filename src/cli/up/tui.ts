import type { RunningProject } from '../../library/running-project.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { canShowTop } from '../top/can-show-top.ts';
import { showTop } from '../top/top.ts';
import { connectTo, startWanted } from './attach.ts';
import { refuseBoot } from './boot-problem.ts';
import { announceToken } from './listen-token.ts';
import { spawnSupervisor } from './spawn-supervisor.ts';
import type { UpRequest } from './up-request.ts';

/** The supervisor in a session of its own, as with -d, and the view as a client of it: leaving the view ends nothing. */
export async function upWithTui(invocation: Invocation, request: UpRequest): Promise<number | Refusal> {
  if (!canShowTop(invocation)) {
    const hint = '`omniroute up` shows the logs line by line, `omniroute up -d` runs in the background';
    return refuse(EXIT.usage, '--tui needs a keyboard and a terminal that can be redrawn', hint);
  }
  const { started: starting, listen } = spawnSupervisor(request);
  const started = await starting;
  if (!started.ok) return started;
  const { report, release } = started;
  switch (report.type) {
    case 'started': {
      const { listenProblem } = report;
      if (listenProblem === null) announceToken(invocation, listen);
      const outcome = await show(invocation, await connectTo(request, { socket: report.socket, pid: started.pid }));
      release();
      return listenProblem !== null && outcome === EXIT.done ? refuse(EXIT.serviceFailed, listenProblem) : outcome;
    }
    case 'locked':
      return show(
        invocation,
        await startWanted(invocation, request, { socket: report.socket, pid: report.holder.pid }, 'starting what is wanted'),
      );
    default:
      return refuseBoot(invocation, report);
  }
}

async function show(invocation: Invocation, running: RunningProject | Refusal): Promise<number | Refusal> {
  return running.ok ? showTop(invocation, running, null) : running;
}
