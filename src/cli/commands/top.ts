import type { Command } from 'commander';
import { act } from '../act.ts';
import { note } from '../invocation.ts';
import { openProjectWith } from '../known-service.ts';

export function define(command: Command): void {
  command.argument('[service]', 'begin with this one selected, and its logs alone').addHelpText(
    'after',
    `
Services, what they print, and why they are as they are, on the whole terminal; ? shows the keys. Leaving it, with q or
Ctrl-C, leaves everything running. Without a terminal, or on one that cannot be redrawn, it is \`omniroute ps -w\`.

Examples:
  omniroute top
  omniroute top server`,
  );
  act<object, [string | undefined]>(command, async (invocation, _, service) => {
    const running = await openProjectWith(invocation, service === undefined ? [] : [service], { usage: true });
    if (!running.ok) return running;
    const { canShowTop } = await import('../top/can-show-top.ts');
    if (canShowTop(invocation)) return (await import('../top/top.ts')).showTop(invocation, running, service ?? null);
    if (!invocation.json)
      note(invocation, 'no terminal that can be redrawn, with a keyboard: changes follow line by line, as with `omniroute ps -w`');
    const { watchServices } = await import('../watch-services.ts');
    return watchServices(invocation, running, { all: true });
  });
}
