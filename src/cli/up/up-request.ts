import type { DaemonOptions } from '../../daemon/options.ts';

/** What `up` was asked for, as the daemon takes it. */
export interface UpRequest extends Omit<DaemonOptions, 'bin' | 'files' | 'listen' | 'mode' | 'observer'> {
  /** Absolute; the first is the main one. */
  readonly files: readonly [string, ...string[]];
  readonly listen: { readonly host: string; readonly port: number } | null;
}

/** The words that make the detached child do the same. */
export function childWords(request: UpRequest): string[] {
  const { listen } = request;
  return [
    'up',
    '--detached-child',
    ...request.files.flatMap((file) => ['--file', file]),
    ...request.profiles.flatMap((profile) => ['--profile', profile]),
    ...(request.withDependencies ? [] : ['--no-deps']),
    ...(request.takesOver ? ['--take-over'] : []),
    ...(request.recovery ? [] : ['--no-recovery']),
    ...(request.maxRestarts === null ? [] : ['--max-restarts', String(request.maxRestarts)]),
    ...(request.watch ? [] : ['--no-watch']),
    ...(listen === null
      ? []
      : ['--listen', listen.host.includes(':') ? `[${listen.host}]:${listen.port}` : `${listen.host}:${listen.port}`]),
    '--',
    ...request.services,
  ];
}
