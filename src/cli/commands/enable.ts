import type { Command } from 'commander';
import { act } from '../act.ts';
import { order } from '../steer.ts';

export function define(command: Command): void {
  command.argument('<service...>', 'names').addHelpText(
    'after',
    `
Lets services run again that were disabled, by \`omniroute disable\` or by a crash rule.

Example:
  omniroute enable mitm`,
  );
  act<object, [string[]]>(command, (invocation, _, services) => order(invocation, services, { type: 'enable', services }, 'enabled'));
}
