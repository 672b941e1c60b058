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
Sends the stop signal, after the grace period SIGKILL, and returns when the whole process group is gone.
The service stays down until \`omniroute start\`. To stop everything: \`omniroute down\`.

Example:
  omniroute stop mitm`,
    );
  act<Options, [string[]]>(command, (invocation, options, services) =>
    steer(invocation, { services, order: { type: 'stop', services }, goal: 'stopped', timeoutMs: options.timeout ?? null }),
  );
}
