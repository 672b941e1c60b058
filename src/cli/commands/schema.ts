import type { Command } from 'commander';
import schema from '../../../schemas/omniroute.schema.json' with { type: 'json' };
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';

export function define(command: Command): void {
  command.addHelpText(
    'after',
    `
For an editor that completes and explains omniroute.yaml:
  omniroute schema > omniroute.schema.json
and as the first line of the file:
  # yaml-language-server: $schema=./omniroute.schema.json`,
  );
  act<object, []>(command, async (invocation) => {
    invocation.out.write(`${JSON.stringify(schema, null, 2)}\n`);
    return EXIT.done;
  });
}
