import type { Command } from 'commander';
import { stringify } from 'yaml';
import { presentProject } from '../../library/present-project.ts';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { printJson } from '../invocation.ts';
import { loadNamedProject } from '../load-project.ts';

interface Options {
  readonly reveal?: boolean;
}

export function define(command: Command): void {
  command.option('--reveal', 'show secrets too').addHelpText(
    'after',
    `
The project after includes, presets, defaults, env files and interpolation: what \`up\` would run. Lengths of time are in
milliseconds, sizes in bytes. Values of variables that look like secrets are ***, wherever they stand.

Examples:
  omniroute config
  omniroute config --json | jq '.services.server.command'`,
  );
  act<Options, []>(command, async (invocation, options) => {
    const loaded = loadNamedProject(invocation);
    if (!loaded.ok) return loaded;
    const project = presentProject(loaded.loaded, { reveal: options.reveal === true });
    if (invocation.json) {
      printJson(invocation, project);
      return EXIT.done;
    }
    invocation.out.write(stringify(project, { lineWidth: 0 }));
    return EXIT.done;
  });
}
