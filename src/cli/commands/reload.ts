import type { Command } from 'commander';
import type { ReloadPlan } from '../../control/protocol.ts';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { note, printJson } from '../invocation.ts';
import { renderPlan } from '../render/plan.ts';
import { openRunningProject, submitOrder } from '../running.ts';

export function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Applies what changed in the file; services whose declaration is equal keep their process. An invalid file changes nothing
and exits with 78. With \`reload.watch\`, the default, saving the file does this by itself.

Example:
  omniroute plan; omniroute reload`,
  );
  act<object, []>(command, async (invocation) => {
    const running = await openRunningProject(invocation);
    if (!running.ok) return running;
    const accepted = await submitOrder(invocation, running, { type: 'reload' });
    if (!accepted.ok) return accepted;
    const plan = accepted.details as ReloadPlan | undefined;
    if (invocation.json) printJson(invocation, { message: accepted.message, plan: plan ?? null });
    else if (plan !== undefined) invocation.out.write(renderPlan(plan, invocation.out.paint));
    note(invocation, accepted.message);
    return EXIT.done;
  });
}
