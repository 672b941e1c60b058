import { constants } from 'node:os';
import type { Command } from 'commander';
import { act } from '../act.ts';
import { signalArgument } from '../arguments.ts';
import { order } from '../steer.ts';

export function define(command: Command): void {
  command
    .argument('<signal>', 'HUP, SIGUSR1, TERM …', signalArgument)
    .argument('<service...>', 'names')
    .addHelpText(
      'after',
      `
Goes to the service's process group. A process that ends from it counts as a crash: to stop one, use \`omniroute stop\`.

Known here: ${Object.keys(constants.signals)
        .map((name) => name.slice(3))
        .join(' ')}

Example:
  omniroute signal HUP server`,
    );
  act<object, [string, string[]]>(command, (invocation, _, signal, services) =>
    order(invocation, services, { type: 'signal', services, signal }, `signalled with ${signal}`),
  );
}
