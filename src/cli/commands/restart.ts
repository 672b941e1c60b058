import type { Command } from 'commander';
import { act } from '../act.ts';
import { steer } from '../steer.ts';
import { timeoutOption } from '../timeout-option.ts';

interface Options {
  readonly timeout?: number;
}

export function define(command: Command): void {
  command
    .argument('<service...>', 'names')
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      `
Stops each service, makes sure that its whole process group is gone, starts it again and returns when it is ready;
with 1 and the reasons when it cannot become so.

Example:
  omniroute restart server --timeout 30s`,
    );
  act<Options, [string[]]>(command, (invocation, options, services) =>
    steer(invocation, { services, order: { type: 'restart', services }, goal: 'settled', timeoutMs: options.timeout ?? null }),
  );
}
