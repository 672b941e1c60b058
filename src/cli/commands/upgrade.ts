import type { Command } from 'commander';
import { act } from '../act.ts';

export function define(command: Command): void {
  command.addHelpText(
    'after',
    `
After a new version was installed: the omniroute that supervises this project ends, and this one takes over. Services keep their
processes, their logs go on, jobs that have completed do not run again, and what gave up, was stopped or disabled stays so. What was
counted of earlier crashes begins anew, and sockets that were held are held again from the next restart of their service on.

Exits with 0 when every process was kept; with 1 when one was not, as the file asks for another in this environment; with 1 too, and nothing
touched, while a change of the file is on trial, was rolled back, or is not applied; with 78, and nothing touched, when this
version does not understand the file.

Examples:
  npm install --global ./omniroute-*.tgz && omniroute upgrade`,
  );
  act<object, []>(command, async (invocation) => (await import('../up/upgrade.ts')).upgrade(invocation));
}
