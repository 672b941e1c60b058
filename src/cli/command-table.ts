// Every command as data: help, did-you-mean and completion read this table, and only the one that was asked for is loaded.
import type { Command } from 'commander';

/** A file of `commands/`: declares arguments, options and help on the command, and what it does. */
export interface CommandModule {
  define(command: Command): void;
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: 'Run' | 'Look' | 'Steer' | 'File' | 'Shell';
  /** What completion offers for its arguments. */
  readonly completes: 'services' | 'files' | 'choices' | 'nothing';
  readonly load: () => Promise<CommandModule>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'up',
    group: 'Run',
    completes: 'services',
    summary: 'start the project, in the foreground or detached (-d)',
    load: () => import('./commands/up.ts'),
  },
  {
    name: 'down',
    group: 'Run',
    completes: 'nothing',
    summary: 'stop everything and make sure that nothing is left',
    load: () => import('./commands/down.ts'),
  },
  { name: 'ps', group: 'Look', completes: 'nothing', summary: 'what runs, since when, and why', load: () => import('./commands/ps.ts') },
  {
    name: 'top',
    group: 'Look',
    completes: 'services',
    summary: 'services and their logs on the whole terminal; q leaves, everything runs on',
    load: () => import('./commands/top.ts'),
  },
  {
    name: 'status',
    group: 'Look',
    completes: 'services',
    summary: 'everything about one service',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'why',
    group: 'Look',
    completes: 'services',
    summary: 'why a service is in its state, back to the line of the file',
    load: () => import('./commands/why.ts'),
  },
  {
    name: 'logs',
    group: 'Look',
    completes: 'services',
    summary: 'what services printed, also when nothing runs',
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'events',
    group: 'Look',
    completes: 'services',
    summary: 'the journal: what happened, and because of what',
    load: () => import('./commands/events.ts'),
  },
  {
    name: 'dashboard',
    group: 'Look',
    completes: 'nothing',
    summary: 'all of it in the browser: states, charts, causes, live logs',
    load: () => import('./commands/dashboard.ts'),
  },
  {
    name: 'start',
    group: 'Steer',
    completes: 'services',
    summary: 'start services and wait until they are ready',
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'stop',
    group: 'Steer',
    completes: 'services',
    summary: 'stop services and wait until they are gone',
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'restart',
    group: 'Steer',
    completes: 'services',
    summary: 'stop, prove gone, start, wait until ready',
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'scale',
    group: 'Steer',
    completes: 'services',
    summary: 'run another number of instances of a service',
    load: () => import('./commands/scale.ts'),
  },
  {
    name: 'signal',
    group: 'Steer',
    completes: 'services',
    summary: 'send a signal to the process group of services',
    load: () => import('./commands/signal.ts'),
  },
  {
    name: 'enable',
    group: 'Steer',
    completes: 'services',
    summary: 'let disabled services run again',
    load: () => import('./commands/enable.ts'),
  },
  {
    name: 'disable',
    group: 'Steer',
    completes: 'services',
    summary: 'stop services and keep them down',
    load: () => import('./commands/disable.ts'),
  },
  {
    name: 'wait',
    group: 'Steer',
    completes: 'services',
    summary: 'wait for a state, for scripts',
    load: () => import('./commands/wait.ts'),
  },
  {
    name: 'run',
    group: 'Steer',
    completes: 'services',
    summary: 'run a command as a service would: its folder, its environment',
    load: () => import('./commands/run.ts'),
  },
  { name: 'plan', group: 'File', completes: 'nothing', summary: 'what a reload would change', load: () => import('./commands/plan.ts') },
  {
    name: 'reload',
    group: 'File',
    completes: 'nothing',
    summary: 'apply what changed in the file',
    load: () => import('./commands/reload.ts'),
  },
  {
    name: 'validate',
    group: 'File',
    completes: 'files',
    summary: 'check a file without running anything',
    load: () => import('./commands/validate.ts'),
  },
  {
    name: 'config',
    group: 'File',
    completes: 'nothing',
    summary: 'the project as omniroute understands it',
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'schema',
    group: 'File',
    completes: 'nothing',
    summary: 'the JSON Schema of omniroute.yaml',
    load: () => import('./commands/schema.ts'),
  },
  {
    name: 'upgrade',
    group: 'Run',
    completes: 'nothing',
    summary: 'have the installed version supervise what runs, without touching it',
    load: () => import('./commands/upgrade.ts'),
  },
  {
    name: 'init',
    group: 'File',
    completes: 'nothing',
    summary: 'write a commented omniroute.yaml to begin with',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'doctor',
    group: 'Look',
    completes: 'nothing',
    summary: 'what this machine offers, and what in the project is likely to hurt',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'export',
    group: 'File',
    completes: 'choices',
    summary: 'write the project for compose, kubernetes, nomad or systemd',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'boot',
    group: 'File',
    completes: 'choices',
    summary: 'start the project when the machine starts',
    load: () => import('./commands/boot.ts'),
  },
  {
    name: 'mcp',
    group: 'Shell',
    completes: 'nothing',
    summary: 'tools for agents, over the Model Context Protocol',
    load: () => import('./commands/mcp.ts'),
  },
  {
    name: 'completion',
    group: 'Shell',
    completes: 'choices',
    summary: 'completion for bash, zsh or fish',
    load: () => import('./commands/completion.ts'),
  },
];
