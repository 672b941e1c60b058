import type { Command } from 'commander';
import type { RecordedEntry } from '../../control/protocol.ts';
import { act } from '../act.ts';
import { durationArgument } from '../arguments.ts';
import { EXIT, type Refusal } from '../exit-code.ts';
import { findProject } from '../find-project.ts';
import { type Invocation, note, printJson } from '../invocation.ts';
import { openLiveView } from '../live-view.ts';
import { isProcessAlive, untilGone } from '../process-alive.ts';
import { count } from '../render/humanize.ts';
import { openRunningProject, type RunningProject, submitOrder } from '../running.ts';

interface Options {
  readonly grace?: number;
  readonly force?: boolean;
}

/** Between its last word and its end, omniroute only removes its socket. */
const LAST_STEP_MS = 10_000;
/** A process stuck in the kernel may hold omniroute, which tries again and again, for ever. */
const STRAGGLER_MS = 10_000;

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
    return typeof running === 'number' || !running.ok ? running : bringDown(invocation, running, options);
  });
}

async function bringDown(invocation: Invocation, running: RunningProject, { grace, force }: Options): Promise<number | Refusal> {
  const { snapshot } = running;
  const view = openLiveView({ ...invocation, quiet: invocation.quiet || invocation.json }, { json: false });
  const watching = watchEnd(running, view.entry);
  const accepted = await submitOrder(invocation, running, { type: 'down', gracePeriodMs: grace ?? null, force: force === true });
  // It may have gone between the two questions: what counts is that it is gone.
  if (!accepted.ok && accepted.exitCode !== EXIT.notRunning) {
    view.close();
    return accepted;
  }
  const stragglers = await watching;
  const supervisorGone = await untilGone(snapshot.pid, LAST_STEP_MS);
  view.close();
  const left = [
    ...(supervisorGone ? [] : [{ name: 'omniroute', pid: snapshot.pid }]),
    ...snapshot.services.flatMap(({ name, pid }) => (pid !== null && isProcessAlive(pid) ? [{ name, pid }] : [])),
  ];
  const ok = left.length === 0 && stragglers.length === 0;
  if (invocation.json) printJson(invocation, { ok, wasRunning: true, left, stragglers });
  for (const { name, pid } of left) invocation.err.write(`${invocation.err.paint.red('still there:')} ${name} (pid ${pid})\n`);
  const stopped = snapshot.services.filter((service) => service.pid !== null).length;
  if (ok) note(invocation, `${snapshot.name} is down: ${count(stopped, 'service')} stopped, nothing left`);
  return ok ? EXIT.done : EXIT.serviceFailed;
}

/** Until the supervisor has ended, or what no SIGKILL ends has been waited for long enough; in words what was left over. */
async function watchEnd({ client, snapshot }: RunningProject, onEntry: (entry: RecordedEntry) => void): Promise<string[]> {
  const stragglers: string[] = [];
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  await client.events(
    snapshot.seq,
    (entry) => {
      onEntry(entry);
      if (entry.type !== 'straggler-left') return;
      stragglers.push(entry.text);
      timer ??= setTimeout(() => patience.abort(), STRAGGLER_MS);
    },
    patience.signal,
  );
  clearTimeout(timer);
  return stragglers;
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
