import type { Command } from 'commander';
import { act } from '../act.ts';
import { addressArgument, countArgument, durationArgument, optionalArgument, portArgument } from '../arguments.ts';
import { EXIT, refuse } from '../exit-code.ts';
import { findProjectFiles } from '../project-files.ts';
import type { UpRequest } from '../up/up-request.ts';

interface Options {
  readonly detach?: boolean;
  readonly wait?: number | true;
  readonly deps: boolean;
  readonly profile?: readonly string[];
  readonly log: boolean;
  readonly recovery: boolean;
  readonly maxRestarts?: number;
  readonly watch: boolean;
  readonly dryRun?: boolean;
  readonly dashboard?: number | true;
  readonly listen?: { host: string; port: number };
  readonly tui?: boolean;
}

export function define(command: Command): void {
  command
    .argument('[service...]', 'only these, and what they depend on; default: all that belong to no profile')
    .option('-d, --detach', 'run in the background; returns when every wanted service is ready, and jobs completed')
    .option('--wait [time]', 'with -d: give up waiting after this long (exit 124), as in --wait=90s', optionalArgument(durationArgument))
    .option('--tui', 'run in the background and show it on the whole terminal, as `omniroute top` does; leaving it ends nothing')
    .option('--no-deps', 'without the services they depend on')
    .option('--profile <name>', 'with the services of this profile; repeatable', (name: string, before: readonly string[] = []) => [
      ...before,
      name,
    ])
    .option('--log', 'show what the services print (the default in the foreground)', true)
    .option('--no-log', 'do not show it; it is kept in the log files all the same')
    .option('--no-recovery', 'never restart a service that ended')
    .option('--max-restarts <count>', "instead of every service's restart.max_attempts", countArgument)
    .option('--no-watch', 'do not reload when the project file is saved')
    .option(
      '--listen <address>',
      'serve the control API on this address too, as in 127.0.0.1:9000; a token is required there',
      addressArgument,
    )
    .option(
      '--dashboard [port]',
      'with the dashboard in the browser, for as long as this runs; as in --dashboard=4646',
      optionalArgument(portArgument),
    )
    .option('--dry-run', 'print what would start, in which order, and end')
    .addHelpText(
      'after',
      `
In the foreground the first Ctrl-C stops everything in reverse order, the second one kills. When the project already
runs, \`up\` applies the file, starts what is wanted and shows its logs; Ctrl-C then only ends the showing.

Without --wait, -d waits as long as services may take for their first start, and gives up on one that keeps crashing after 60s.
Exits with 1 and the reasons when a wanted service does not become ready (services marked optional excepted).

Examples:
  omniroute up
  omniroute up -d --wait=90s && curl http://127.0.0.1:8080/
  omniroute up server --no-deps
  omniroute up --profile tunnel`,
    );
  act<Options, [string[]]>(command, async (invocation, options, services) => {
    if (options.wait !== undefined && !options.detach)
      return refuse(EXIT.usage, '--wait needs -d: in the foreground there is nothing to return');
    if (options.tui && options.detach) return refuse(EXIT.usage, '--tui shows what -d would leave: give one of them');
    if (options.dashboard !== undefined && options.detach)
      return refuse(
        EXIT.usage,
        '--dashboard is for the foreground: with -d nothing stays to serve it',
        '`omniroute dashboard` opens it for what runs',
      );
    const found = findProjectFiles(invocation);
    if (!found.ok) return found;
    const request: UpRequest = {
      files: found.files,
      services,
      profiles: options.profile ?? [],
      withDependencies: options.deps,
      takesOver: null,
      recovery: options.recovery,
      maxRestarts: options.maxRestarts ?? null,
      watch: options.watch,
      listen: options.listen ?? null,
    };
    if (options.dryRun) return (await import('../up/dry-run.ts')).showStartPlan(invocation, request);
    if (options.tui) return (await import('../up/tui.ts')).upWithTui(invocation, request);
    if (options.detach) {
      // It is on its way before what shows how it goes is loaded.
      const { spawnSupervisor } = await import('../up/spawn-supervisor.ts');
      const starting = spawnSupervisor(request);
      const timeoutMs = typeof options.wait === 'number' ? options.wait : null;
      return (await import('../up/detach.ts')).upDetached(invocation, request, { starting, timeoutMs });
    }
    const { openLoader } = await import('../up/open-loader.ts');
    const loader = openLoader(request.files);
    return (await import('../up/foreground.ts')).upForeground(invocation, request, {
      loader,
      showsLogs: options.log,
      dashboardPort: options.dashboard === true ? 0 : (options.dashboard ?? null),
    });
  });
}
