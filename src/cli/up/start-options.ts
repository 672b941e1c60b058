import type { Invocation } from '../invocation.ts';
import type { UpRequest } from './up-request.ts';

/** What was asked of `up` that a supervisor which runs already does not take up, is said rather than dropped. */
export function warnOfStartOptions(invocation: Invocation, request: UpRequest): void {
  const options = startOptions(request);
  if (options.length === 0) return;
  const { paint, write } = invocation.err;
  write(`${paint.yellow('not applied:')} ${options.join(', ')}: only a start takes that up, \`omniroute down\` comes first\n`);
}

/** The options given that only matter when a supervisor starts. */
export function startOptions({ listen, recovery, maxRestarts, watch }: UpRequest): string[] {
  return [
    ...(listen === null ? [] : ['--listen']),
    ...(recovery ? [] : ['--no-recovery']),
    ...(maxRestarts === null ? [] : ['--max-restarts']),
    ...(watch ? [] : ['--no-watch']),
  ];
}
