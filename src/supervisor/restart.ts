// Whether a run that ended unplanned is followed by another, and when.
import type { Backoff, RestartPolicy, ServiceSpec } from '../spec.ts';
import type { ExitStatus } from './cause.ts';

/** In `success_exit`; a run whose status nobody knows is not clean. */
function isCleanExit(spec: ServiceSpec, exit: ExitStatus | null): boolean {
  return exit !== null && spec.successExit.includes(exit.signal ?? exit.code);
}

/**
 * Milliseconds before restart number `attempt` (from 1, consecutive): `first`, then initial × factor^(attempt − 2), at most `max`.
 * `random` in [0, 1) spreads it by ± jitter, never beyond `max`.
 */
export function backoffDelayMs(backoff: Backoff, attempt: number, random: number): number {
  const base = attempt <= 1 ? backoff.firstMs : backoff.initialMs * backoff.factor ** (attempt - 2);
  const spread = 1 + backoff.jitter * (2 * random - 1);
  return Math.round(Math.min(Math.min(base, backoff.maxMs) * spread, backoff.maxMs));
}

export interface CrashCount {
  readonly attempts: number;
  readonly crashes: readonly number[];
}

/** The counts after one more crash; crashes older than the sliding window fall out. */
export function countCrash(count: CrashCount, policy: RestartPolicy, nowMs: number): CrashCount {
  const recent = count.crashes.filter((atMs) => atMs > nowMs - policy.windowMs);
  return { attempts: count.attempts + 1, crashes: [...recent, nowMs] };
}

/** Why no restart is left, in words; null while one is. Whichever limit is reached first. */
export function exhausted(policy: RestartPolicy, count: CrashCount): string | null {
  if (policy.maxAttempts !== null && count.attempts > policy.maxAttempts) {
    return `${plural(policy.maxAttempts, 'restart')} in a row did not help (restart.max_attempts)`;
  }
  if (policy.maxCrashes !== null && count.crashes.length > policy.maxCrashes) {
    return `${plural(count.crashes.length, 'crash')} within ${policy.windowMs / 1000}s (restart.max_crashes)`;
  }
  return null;
}

function plural(n: number, noun: string): string {
  if (n === 1) return `${n} ${noun}`;
  return `${n} ${noun}${noun.endsWith('sh') ? 'es' : 's'}`;
}

/** It has done what it was started for: an end that is no crash, and that no restart follows. */
export function endsWell(spec: ServiceSpec, exit: ExitStatus | null): boolean {
  return isCleanExit(spec, exit) && (completes(spec) || spec.start === 'on-demand');
}

/** Whether there is a run after which it is done. One that starts on demand falls asleep instead. */
export function completes({ type, restart, start }: ServiceSpec): boolean {
  return (type === 'job' || restart.policy !== 'always') && start !== 'on-demand';
}
