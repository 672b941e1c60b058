import type { Command } from 'commander';
import { act } from '../act.ts';
import { steer } from '../steer.ts';

export function define(command: Command): void {
  command.argument('<service...>', 'names').addHelpText(
    'after',
    `
Stops services and keeps them down, whatever depends on them or starts them, until \`omniroute enable\`.

Example:
  omniroute disable mitm`,
  );
  act<object, [string[]]>(command, (invocation, _, services) =>
    steer(invocation, { services, order: { type: 'disable', services }, goal: 'stopped', timeoutMs: null }),
  );
}
