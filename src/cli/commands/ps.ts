import type { Command } from 'commander';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { note, printJson } from '../invocation.ts';
import { renderProjectNotes, renderServicesTable } from '../render/services-table.ts';
import { openRunningProject } from '../running.ts';

interface Options {
  readonly all?: boolean;
  readonly watch?: boolean;
}

export function define(command: Command): void {
  command
    .option('-a, --all', 'services too that were never started')
    .option('-w, --watch', 'keep showing it: redrawn on a terminal, changed rows appended elsewhere')
    .addHelpText(
      'after',
      `
Columns: UP is the age of the process, RESTARTS counts what omniroute did by itself, MEM is the whole process tree
and its lowest limit, WHY the reason of the state in one sentence (\`omniroute why SERVICE\` gives the whole chain).

Examples:
  omniroute ps
  omniroute ps --json | jq -r '.services[] | select(.state != "ready") | .name'
Exits with 3 when the project is not running.`,
    );
  act<Options, []>(command, async (invocation, options) => {
    const running = await openRunningProject(invocation, { usage: true });
    if (!running.ok) return running;
    if (options.watch) {
      const { watchServices } = await import('../watch-services.ts');
      return watchServices(invocation, running, { all: options.all === true });
    }
    const { snapshot } = running;
    if (invocation.json) {
      printJson(invocation, snapshot);
      return EXIT.done;
    }
    const all = options.all === true;
    const { paint } = invocation.out;
    invocation.out.write(renderServicesTable(snapshot.services, { all, nowMs: Date.now(), columns: invocation.out.columns(), paint }));
    for (const line of renderProjectNotes(snapshot, { all, paint: invocation.err.paint })) note(invocation, line);
    return EXIT.done;
  });
}
