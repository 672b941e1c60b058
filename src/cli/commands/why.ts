import type { Command } from 'commander';
import type { WhyReport } from '../../control/protocol.ts';
import { act } from '../act.ts';
import { EXIT, refuse } from '../exit-code.ts';
import { printJson } from '../invocation.ts';
import { openProjectWith } from '../known-service.ts';
import { renderWhy } from '../render/why.ts';
import { refuseAnswer } from '../running.ts';

export function define(command: Command): void {
  command.argument('<service>', 'its name').addHelpText(
    'after',
    `
The newest cause comes first; each line below is what it came from, with the line of the file where there is one.

Example:
  omniroute why mitm`,
  );
  act<object, [string]>(command, async (invocation, _, name) => {
    const running = await openProjectWith(invocation, [name]);
    if (!running.ok) return running;
    const reports: WhyReport[] = [];
    for (const each of running.names) {
      const answer = await running.client.why(each);
      if (!answer.ok) return refuseAnswer(running.project, answer);
      // A reload took it out between the two questions.
      if (answer.value === null) return refuse(EXIT.noSuchService, `${each} is no longer part of the project`);
      reports.push(answer.value);
    }
    const look = { nowMs: Date.now(), paint: invocation.out.paint };
    if (invocation.json) printJson(invocation, reports[0] && reports.length === 1 ? reports[0] : { reports });
    else invocation.out.write(reports.map((report) => renderWhy(report, look)).join('\n'));
    return EXIT.done;
  });
}
