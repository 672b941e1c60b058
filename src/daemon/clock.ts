/** Milliseconds of CLOCK_MONOTONIC: since boot, the same for every process, untouched by a changed wall clock. */
export function monotonicMs(): number {
  return Math.floor(Number(process.hrtime.bigint() / 1000n) / 1000);
}

/** What to add to a monotonic instant to show it on the wall clock of now. */
export function wallOffsetMs(): number {
  return Date.now() - monotonicMs();
}
