import type { Command } from 'commander';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { openRunningProject } from '../running.ts';

/** What completion scripts ask. Anything wrong is no candidate, and no noise on the user's command line. */
export function define(command: Command): void {
  command.argument('<what>');
  act<object, [string]>(command, async (invocation) => {
    const silent = { ...invocation, json: false, err: { ...invocation.err, write: () => undefined } };
    const running = await openRunningProject(silent);
    const names = running.ok ? running.snapshot.services.map((service) => service.name) : await declaredNames(silent);
    invocation.out.write(names.map((name) => `${name}\n`).join(''));
    return EXIT.done;
  });
}

async function declaredNames(invocation: Invocation): Promise<string[]> {
  const { loadNamedProject } = await import('../load-project.ts');
  const loaded = loadNamedProject(invocation);
  return loaded.ok ? Object.keys(loaded.loaded.project.services) : [];
}
