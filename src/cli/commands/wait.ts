import { type Command, Option } from 'commander';
import { awaitServices } from '../../library/await-services.ts';
import { awaitedOf, findLost, type Goal, refuseEndlessWait } from '../../library/goal.ts';
import { findStuck } from '../../library/stuck.ts';
import { act } from '../act.ts';
import { durationArgument } from '../arguments.ts';
import { refuseFailure } from '../exit-code.ts';
import { type Invocation, note } from '../invocation.ts';
import { type ChosenServices, openProjectWith } from '../known-service.ts';
import { reportOutcome } from '../report-outcome.ts';
import { openWaitView } from '../wait-view.ts';

/** From the launch of a supervisor by somebody else, such as systemd, until it has taken its lock. */
const STARTING_MS = 3_000;

interface Options {
  readonly for: Exclude<Goal, 'settled'>;
  readonly timeout?: number;
}

export function define(command: Command): void {
  command
    .argument('<service...>', 'names')
    .addOption(new Option('--for <state>', 'what to wait for').choices(['ready', 'completed', 'stopped']).default('ready'))
    .option('--timeout <time>', 'give up after this long (exit 124); default: wait until it is so or cannot become so', durationArgument)
    .addHelpText(
      'after',
      `
Changes nothing. Exits with 0 when all are in that state; 1 when one cannot get there by itself: it gave up, it is disabled, it
stands behind such a one, or the file has it no more; 2 when one never completes because it is started again after every end; 3 when
the project is not running; 124 at --timeout, also where omniroute is there and does not answer. A project that is just being started
is waited for, up to --timeout, else three seconds. So is a service that is stopped, which another script may be about to start; one
that gave up and is tried again later, in whoever depends on it; and one that sleeps until its time or a connection comes.

Examples:
  omniroute up & omniroute wait server --timeout 60s && curl -s http://127.0.0.1:20128/
  omniroute wait migrate --for completed`,
    );
  act<Options, [string[]]>(command, async (invocation, options, services) => {
    const endsAtMs = options.timeout === undefined ? null : performance.now() + options.timeout;
    const running = await openProjectWith(invocation, services, {
      usage: false,
      comesWithinMs: options.timeout ?? STARTING_MS,
      timeoutMs: options.timeout ?? null,
    });
    if (!running.ok) return running;
    const endless = refuseEndlessWait(running.snapshot.services, running.names, options.for);
    if (endless !== null) return refuseFailure(endless);
    tellStopped(invocation, running, options.for);
    const view = openWaitView(invocation, running.names);
    const result = await awaitServices({
      client: running.client,
      snapshot: running.snapshot,
      names: running.names,
      goal: options.for,
      forgiving: false,
      timeoutMs: endsAtMs === null ? null : Math.max(0, endsAtMs - performance.now()),
      patient: false,
      onEntry: view.onEntry,
    });
    view.close();
    return reportOutcome(invocation, running, result, options.for);
  });
}

/** Says so, where it takes somebody to start it, or whom it waits for: nobody may be about to. */
function tellStopped(invocation: Invocation, { snapshot, names }: ChosenServices, goal: Goal): void {
  if (goal === 'stopped') return;
  const services = snapshot.services.map(awaitedOf);
  const lost = findLost(services, goal);
  const stuck = findStuck(services, { startable: false });
  for (const { name, state, why } of snapshot.services.filter((each) => names.includes(each.name) && stuck.has(each.name)))
    if (!lost.has(name)) note(invocation, `${name} ${state === 'stopped' ? 'is stopped' : why}: waiting until somebody starts it`);
}
