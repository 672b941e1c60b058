import type { Command } from 'commander';
import { act } from '../act.ts';
import { durationArgument } from '../arguments.ts';
import { steer } from '../steer.ts';

interface Options {
  readonly timeout?: number;
}

export function define(command: Command): void {
  command
    .argument('<service...>', 'names')
    .option('--timeout <time>', 'give up waiting after this long (exit 124); omniroute itself goes on', durationArgument)
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
