import { isLive, type Run, type ServiceState } from './state.ts';

/** The readiness checks that have not succeeded yet, in words. */
export function pendingChecks(service: ServiceState, run: Run): string[] {
  if (run.pid === null) return ['the process'];
  const { readiness } = service.spec;
  if (!readiness) return [];
  const pending: string[] = [];
  const { succeeded, lastFailure } = run.readiness;
  if (readiness.probes.length > 0 && !succeeded) pending.push(`its readiness probe${lastFailure === null ? '' : ` (${lastFailure})`}`);
  if (readiness.log && !run.readyLineSeen) pending.push(`a line matching ${JSON.stringify(readiness.log.match)}`);
  if (readiness.notify !== null && !run.notified) pending.push('its own word');
  for (const output of readiness.outputs) if (service.outputs[output] === undefined) pending.push(`its output ${output}`);
  return pending;
}

/** When a start that has not become ready by then is ended; null: it is not starting, or has all the time it wants. */
export function startTimesOutAtMs({ phase, spec }: ServiceState): number | null {
  const startTimeoutMs = spec.readiness?.startTimeoutMs ?? null;
  if (!isLive(phase) || phase.type !== 'starting' || startTimeoutMs === null) return null;
  return phase.run.startedAtMs + phase.run.unwatchedMs + startTimeoutMs;
}
