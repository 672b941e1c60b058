import { uptime } from 'node:os';

/** Milliseconds of CLOCK_MONOTONIC: since boot, the same for every process, untouched by a changed wall clock. */
export function monotonicMs(): number {
  return Math.floor(Number(process.hrtime.bigint() / 1000n) / 1000);
}

/** Milliseconds since boot with those in which the machine slept, to a few hundredths of a second; elsewhere than on Linux to a second. */
export function bootMs(): number {
  return Math.round(uptime() * 1000);
}

/** What to add to a monotonic instant to show it on the wall clock of now. */
export function wallOffsetMs(): number {
  return Date.now() - monotonicMs();
}
