import type { Command } from 'commander';
import { awaitServices } from '../../library/await-services.ts';
import { patienceOf } from '../../library/steer.ts';
import { selectServices } from '../../service-name.ts';
import { act } from '../act.ts';
import { EXIT, refuse } from '../exit-code.ts';
import { reportOutcome } from '../report-outcome.ts';
import { openRunningProject, refuseAnswer, submitOrder } from '../running.ts';
import { timeoutOption } from '../timeout-option.ts';
import { openWaitView } from '../wait-view.ts';

interface Options {
  readonly timeout?: number;
}

export function define(command: Command): void {
  command
    .argument('<service=count...>', 'how many instances of which service')
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      `
For services that have \`instances\` in the file, whose number counts again from the next reload on. Those that are too many are
stopped, the rest goes on untouched; returns when all are ready.

Example:
  omniroute scale web=6`,
    );
  act<Options, [string[]]>(command, async (invocation, options, words) => {
    const counts = Object.fromEntries(words.map(parseCount));
    const wrong = words.find((word) => !(parseCount(word)[1] >= 1));
    if (wrong !== undefined)
      return refuse(
        EXIT.usage,
        `${JSON.stringify(wrong)} does not say how many`,
        'write it as in web=6, from 1 on; `omniroute stop web` stops them all',
      );
    const running = await openRunningProject(invocation);
    if (!running.ok) return running;
    const accepted = await submitOrder(invocation, running, { type: 'scale', counts });
    if (!accepted.ok) return accepted;
    const answer = await running.client.snapshot({ usage: false });
    if (!answer.ok) return refuseAnswer(running.project, answer);
    const wanted = answer.value.services.filter(({ desired }) => desired === 'up').map(({ name }) => name);
    const names = selectServices(Object.keys(counts), wanted);
    const view = openWaitView(invocation, names);
    const result = await awaitServices({
      client: running.client,
      snapshot: answer.value,
      names,
      goal: 'settled',
      forgiving: false,
      ...patienceOf(options.timeout ?? null),
      ...view,
    });
    view.close();
    return reportOutcome(invocation, running, result, 'settled');
  });
}

function parseCount(word: string): [service: string, count: number] {
  const [, service = word, digits = ''] = /^(.+)=(\d{1,6})$/.exec(word) ?? [];
  return [service, digits === '' ? Number.NaN : Number(digits)];
}
