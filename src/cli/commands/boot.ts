import { Argument, type Command } from 'commander';
import { act } from '../act.ts';
import type { BootAction } from '../boot/boot.ts';

interface Options {
  readonly system?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['install', 'remove', 'status']))
    .option('--system', 'as a service of the machine, not of this user; needs sudo')
    .option('--dry-run', 'print the file for the service manager, and do nothing')
    .addHelpText(
      'after',
      `
Has systemd, or launchd on macOS, start the project when the machine starts, and stop it in order when it stops. install changes
nothing that runs. status ends with 1 where the project would not start at boot, and says why: the file, whether it is enabled,
and for a user's service whether it outlives the login. After a change of names or grace periods, install again.

Examples:
  omniroute boot install
  omniroute boot status
  sudo omniroute boot install --system`,
    );
  act<Options, [BootAction]>(command, async (invocation, { system, dryRun }, action) => {
    const { runBoot } = await import('../boot/boot.ts');
    return runBoot(invocation, action, { scope: system ? 'system' : 'user', dryRun: dryRun === true });
  });
}
