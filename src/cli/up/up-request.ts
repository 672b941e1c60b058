/** What `up` was asked for, as the daemon takes it. */
export interface UpRequest {
  /** Absolute; the first is the main one. */
  readonly files: readonly [string, ...string[]];
  /** Empty: every service that starts by default, plus those of `profiles`. */
  readonly services: readonly string[];
  readonly profiles: readonly string[];
  readonly withDependencies: boolean;
  /** Only takes over what outlived the supervisor before, so that it can be stopped in order. */
  readonly takesOver: boolean;
  readonly recovery: boolean;
  /** Null: as the file says. */
  readonly maxRestarts: number | null;
  readonly watch: boolean;
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
