// Numbers that contradict each other.
import type { Backoff, MemoryPolicy, ReadinessSpec, RestartPolicy, ServiceSpec } from '../spec.ts';
import type { Cursor } from './cursor.ts';
import { formatDuration } from './duration.ts';
import { formatSize } from './size.ts';

export function checkLimits(service: ServiceSpec, at: Cursor): void {
  if (service.restart.policy !== 'never') checkRestart(service.restart, at.in('restart'));
  if (service.readiness) checkReadiness(service.readiness, at.in('readiness'));
  checkMemory(service.memory, at.in('memory'));
  if (service.watchdogMs !== null && !service.readiness?.notify)
    at.in('watchdog').report({
      code: 'missing-key',
      message: '`watchdog` waits for announcements, and the service has no way to make them',
      hint: 'add `readiness: {notify: fd}` or `{notify: systemd}`, or use `liveness`',
    });
}

function checkRestart(policy: RestartPolicy, at: Cursor): void {
  checkBackoff(policy.backoff, at.in('backoff'));
  const limit = at.in('max_crashes');
  // A default that cannot be reached does no harm: the other limit holds.
  if (policy.maxCrashes === null || !limit.isWritten) return;
  const fastestMs = fastestCrashesMs(policy, Math.min(policy.maxCrashes, MOST_COUNTED));
  if (fastestMs < policy.windowMs) return;
  const delays = Array.from({ length: Math.min(policy.maxCrashes, 6) }, (_, index) =>
    formatDuration(shortestDelayMs(policy.backoff, index + 1)),
  );
  const sum = `${delays.join(' + ')}${policy.maxCrashes > 6 ? ' + …' : ''}`;
  limit.report({
    code: 'unreachable-limit',
    message: `more than ${policy.maxCrashes} crashes never fall into ${formatDuration(policy.windowMs)}: the backoff between them is ${sum}, at least ${formatDuration(fastestMs)} in all`,
    hint: 'widen `window`, lower `max_crashes`, or let `max_attempts` give up',
  });
}

function checkBackoff({ firstMs, initialMs, maxMs }: Backoff, at: Cursor): void {
  for (const [key, ms] of [
    ['first', firstMs],
    ['initial', initialMs],
  ] as const) {
    if (ms <= maxMs) continue;
    const place = at.in(key).isWritten ? at.in(key) : at.in('max');
    place.report({ code: 'conflict', message: `backoff.${key} (${formatDuration(ms)}) is above backoff.max (${formatDuration(maxMs)})` });
  }
}

const MOST_COUNTED = 200;

function shortestDelayMs({ firstMs, initialMs, factor, maxMs, jitter }: Backoff, attempt: number): number {
  const base = attempt === 1 ? firstMs : initialMs * factor ** (attempt - 2);
  return Math.min(base, maxMs) * (1 - jitter);
}

/** The least time in which a service can crash once more after each of `restarts` restarts: running on until stable may pay, as that resets the backoff. */
function fastestCrashesMs({ backoff, stableAfterMs }: RestartPolicy, restarts: number): number {
  const burst = [0];
  for (let attempt = 1; attempt <= restarts; attempt++) burst.push((burst[attempt - 1] as number) + shortestDelayMs(backoff, attempt));
  const fastest = [0];
  for (let count = 1; count <= restarts; count++) {
    let best = burst[count] as number;
    for (let first = 1; first < count; first++)
      best = Math.min(best, (burst[first] as number) + stableAfterMs + (fastest[count - first] as number));
    fastest.push(best);
  }
  return fastest[restarts] as number;
}

function checkReadiness({ timeoutMs, startTimeoutMs, probes }: ReadinessSpec, at: Cursor): void {
  if (startTimeoutMs === null || probes.length === 0 || timeoutMs <= startTimeoutMs) return;
  const place = at.in('timeout').isWritten ? at.in('timeout') : at.in('start_timeout');
  const message = `one attempt may take ${formatDuration(timeoutMs)}, longer than the whole start (${formatDuration(startTimeoutMs)})`;
  place.report({ code: 'conflict', severity: 'warning', message, hint: 'make `timeout` shorter than `start_timeout`' });
}

function checkMemory({ heapBytes, warnBytes, softBytes, hardBytes }: MemoryPolicy, at: Cursor): void {
  const ladder = [
    ['warn', warnBytes],
    ['soft', softBytes],
    ['hard', hardBytes],
  ] as const;
  const given = ladder.filter((step): step is readonly [(typeof step)[0], number] => step[1] !== null);
  for (const [index, [key, bytes]] of given.entries()) {
    const above = given[index + 1];
    if (!above || bytes < above[1]) continue;
    const message = `memory.${key} (${formatSize(bytes)}) must be below memory.${above[0]} (${formatSize(above[1])})`;
    at.in(key).report({ code: 'conflict', message });
  }
  if (heapBytes === null || hardBytes === null || heapBytes < hardBytes) return;
  const message = `memory.heap (${formatSize(heapBytes)}) is not below memory.hard (${formatSize(hardBytes)}): the heap's own limit is never reached`;
  at.in('heap').report({ code: 'conflict', severity: 'warning', message });
}
