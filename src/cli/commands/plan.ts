import type { Command } from 'commander';
import type { ReloadPlan } from '../../control/protocol.ts';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { note, printJson } from '../invocation.ts';
import { changesNothing, renderPlan, summarizePlan } from '../render/plan.ts';
import { openRunningProject, submitOrder } from '../running.ts';

export function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Compares the file with what runs. Nothing is applied. Marks: + start, - stop, ~ restart, . applied without a new process.
Exits with 10 when a reload would change something, 0 when not, 78 when the file is invalid.

Example:
  omniroute plan`,
  );
  act<object, []>(command, async (invocation) => {
    const running = await openRunningProject(invocation);
    if (!running.ok) return running;
    const accepted = await submitOrder(invocation, running, { type: 'plan' });
    if (!accepted.ok) return accepted;
    const plan = accepted.details as ReloadPlan;
    if (invocation.json) printJson(invocation, { changes: !changesNothing(plan), plan });
    else invocation.out.write(renderPlan(plan, invocation.out.paint));
    if (!invocation.json) note(invocation, changesNothing(plan) ? 'the file is what runs' : summarizePlan(plan));
    return changesNothing(plan) ? EXIT.done : EXIT.planHasChanges;
  });
}
