import type { Command } from 'commander';
import { act } from '../act.ts';
import { steer } from '../steer.ts';
import { timeoutOption } from '../timeout-option.ts';

interface Options {
  readonly deps: boolean;
  readonly timeout?: number;
}

export function define(command: Command): void {
  command
    .argument('<service...>', 'names')
    .option('--no-deps', 'without the services they depend on')
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      `
Returns when the services are ready, and jobs completed; with 1 and the reasons when they cannot become so.

Example:
  omniroute start mitm`,
    );
  act<Options, [string[]]>(command, (invocation, options, services) =>
    steer(invocation, {
      services,
      order: { type: 'start', services, profiles: [], withDependencies: options.deps },
      goal: 'settled',
      timeoutMs: options.timeout ?? null,
    }),
  );
}
