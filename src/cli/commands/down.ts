import type { Command } from 'commander';
import type { ServiceSnapshot } from '../../control/protocol.ts';
import { bringDown } from '../../library/bring-down.ts';
import type { RunningProject } from '../../library/running-project.ts';
import { act } from '../act.ts';
import { durationArgument } from '../arguments.ts';
import { EXIT, type Refusal, refuseFailure } from '../exit-code.ts';
import { findProject } from '../find-project.ts';
import { type Invocation, note, printJson } from '../invocation.ts';
import { count } from '../render/humanize.ts';
import { openRunningProject } from '../running.ts';
import { openWaitView } from '../wait-view.ts';

interface Options {
  readonly grace?: number;
  readonly force?: boolean;
}

export function define(command: Command): void {
  command
    .option('--grace <time>', 'grace period of every service, instead of the one in the file', durationArgument)
    .option('--force', 'SIGKILL to every process group at once')
    .addHelpText(
      'after',
      `
Stops the services in reverse order of their start, then omniroute itself, and checks that no process is left.
Exits with 0 when nothing is left, also when nothing was running; with 1 and the pids when something is.

Examples:
  omniroute down
  omniroute down --grace 30s`,
    );
  act<Options, []>(command, async (invocation, options) => {
    const running = await openOrTakeOver(invocation, options);
    return typeof running === 'number' || !running.ok ? running : down(invocation, running, options);
  });
}

async function down(invocation: Invocation, running: RunningProject, { grace, force }: Options): Promise<number | Refusal> {
  const { snapshot } = running;
  const view = openWaitView(invocation, null);
  const onInterrupt = (): void => {
    // The terminal has echoed ^C where the redrawn lines end.
    if (invocation.err.redraws) invocation.err.write('\r');
    view.close();
    note(invocation, 'omniroute goes on stopping: `omniroute ps` shows what it waits for, `omniroute down --force` waits for nothing');
    process.kill(process.pid, 'SIGINT');
  };
  const onServices = (services: readonly ServiceSnapshot[]): void => {
    process.off('SIGINT', onInterrupt).once('SIGINT', onInterrupt);
    view.onServices(services);
  };
  const result = await bringDown(running, { gracePeriodMs: grace ?? null, force: force === true, onEntry: view.onEntry, onServices });
  process.off('SIGINT', onInterrupt);
  view.close();
  if (!result.ok) return refuseFailure(result);
  const { left, stragglers } = result;
  const ok = left.length === 0 && stragglers.length === 0;
  if (invocation.json) printJson(invocation, { ok, wasRunning: true, left, stragglers });
  for (const { name, pid } of left) invocation.err.write(`${invocation.err.paint.red('still there:')} ${name} (pid ${pid})\n`);
  const stopped = snapshot.services.filter((service) => service.pid !== null).length;
  if (ok) note(invocation, `${snapshot.name} is down: ${count(stopped, 'service')} stopped, nothing left`);
  return ok ? EXIT.done : EXIT.serviceFailed;
}

/** What runs on without its supervisor is stopped as well; a number where there is nothing more to do. */
async function openOrTakeOver(invocation: Invocation, { force }: Options): Promise<RunningProject | Refusal | number> {
  const running = await openRunningProject(invocation);
  if (running.ok || running.exitCode !== EXIT.notRunning) return running;
  const project = await findProject(invocation);
  if (!project.ok) return project;
  const { takeOver } = await import('../up/take-over.ts');
  const takenOver = await takeOver(invocation, project, { force: force === true });
  if (takenOver !== null) return takenOver;
  if (invocation.json) printJson(invocation, { ok: true, wasRunning: false, left: [], stragglers: [] });
  note(invocation, running.message);
  return EXIT.done;
}
