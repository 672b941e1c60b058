import type { Command } from 'commander';
import { act } from '../act.ts';
import { portArgument } from '../arguments.ts';
import { note } from '../invocation.ts';
import { openRunningProject } from '../running.ts';

interface Options {
  readonly port?: number;
  readonly open: boolean;
}

export function define(command: Command): void {
  command
    .option('-p, --port <port>', 'listen on this port of 127.0.0.1; default: any free one', portArgument)
    .option('--no-open', 'only print the address')
    .addHelpText(
      'after',
      `
A page with the state of everything, charts, the graph of dependencies, the causes, and live logs. It is served on
127.0.0.1 until Ctrl-C; who has the printed address, with its token, commands the project as you do.

From another machine: ssh -L 4646:127.0.0.1:4646 HOST, there \`omniroute dashboard --port 4646\`, here open what it prints.

Examples:
  omniroute dashboard
  omniroute dashboard --port 4646 --no-open
Exits with 3 when the project is not running, with 1 when the port is taken.`,
    );
  act<Options, []>(command, async (invocation, { port = 0, open }) => {
    const running = await openRunningProject(invocation);
    if (!running.ok) return running;
    const { stateDir, socket } = running.project;
    const { socketFinder, startDashboard } = await import('../dashboard/start-dashboard.ts');
    const dashboard = await startDashboard(invocation, { port, opens: open, findSocket: socketFinder(stateDir, socket) });
    if (!dashboard.ok) return dashboard;
    dashboard.announce(stateDir);
    note(invocation, 'Ctrl-C ends the page; what runs goes on');
    const signal = await nextSignal();
    await dashboard.close();
    process.kill(process.pid, signal);
    return 0;
  });
}

/** What asks this command to end; raised again afterwards, for the shell to see. */
function nextSignal(): Promise<NodeJS.Signals> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  return new Promise((resolve) => {
    const end = (signal: NodeJS.Signals): void => {
      for (const each of signals) process.removeListener(each, end);
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, end);
  });
}
