import type { Command } from 'commander';
import type { RecordedEntry } from '../../control/protocol.ts';
import { act } from '../act.ts';
import { countArgument } from '../arguments.ts';
import { EXIT } from '../exit-code.ts';
import { printJsonLine } from '../invocation.ts';
import { renderEntry } from '../render/entry-line.ts';
import { openRunningProject } from '../running.ts';

interface Options {
  readonly follow?: boolean;
  readonly lines?: number;
}

export function define(command: Command): void {
  command
    .option('-f, --follow', 'go on with what happens next (the project file is --file here)')
    .option('-n, --lines <count>', 'only the last entries', countArgument)
    .addHelpText(
      'after',
      `
The journal of causes that the running omniroute has in memory, one line a change.

Examples:
  omniroute events -n 20
  omniroute events -f -n 0 --json | jq 'select(.type == "crashed")'`,
    );
  act<Options, []>(command, async (invocation, options) => {
    const running = await openRunningProject(invocation);
    if (!running.ok) return running;
    const { snapshot, client } = running;
    const nameWidth = Math.max(9, ...snapshot.services.map((service) => service.name.length));
    const ended = new AbortController();
    const print = (entry: RecordedEntry) => {
      if (invocation.json) printJsonLine(invocation, entry);
      else invocation.out.write(renderEntry(entry, { paint: invocation.out.paint, nameWidth }));
      if (!options.follow && entry.seq >= snapshot.seq) ended.abort();
    };
    const afterSeq = Math.max(0, snapshot.seq - (options.lines ?? snapshot.seq));
    if (snapshot.seq > afterSeq || options.follow) await client.events(afterSeq, print, ended.signal);
    return EXIT.done;
  });
}
