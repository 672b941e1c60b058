import { type Command, Option } from 'commander';
import { awaitServices } from '../../library/await-services.ts';
import { type Goal, refuseEndlessWait } from '../../library/goal.ts';
import { act } from '../act.ts';
import { durationArgument } from '../arguments.ts';
import { refuseFailure } from '../exit-code.ts';
import { openProjectWith } from '../known-service.ts';
import { openLiveView } from '../live-view.ts';
import { reportOutcome } from '../report-outcome.ts';

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
Changes nothing. Exits with 0 when all are in that state, 1 when one gave up, 2 when one never
completes because it is started again after every end, 3 when the project is not running.

Examples:
  omniroute wait server --timeout 60s && curl -s http://127.0.0.1:20128/
  omniroute wait migrate --for completed`,
    );
  act<Options, [string[]]>(command, async (invocation, options, services) => {
    const running = await openProjectWith(invocation, services);
    if (!running.ok) return running;
    const endless = refuseEndlessWait(running.snapshot.services, running.names, options.for);
    if (endless !== null) return refuseFailure(endless);
    const view = openLiveView({ ...invocation, quiet: invocation.quiet || invocation.json }, { json: false });
    const result = await awaitServices({
      client: running.client,
      snapshot: running.snapshot,
      names: running.names,
      goal: options.for,
      forgiving: false,
      timeoutMs: options.timeout ?? null,
      patient: false,
      onEntry: (entry) => entry.service !== null && running.names.includes(entry.service) && view.entry(entry),
    });
    view.close();
    return reportOutcome(invocation, running, result, options.for);
  });
}
