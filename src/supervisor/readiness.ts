import type { Run, ServiceState } from './state.ts';

/** The readiness checks that have not succeeded yet, in words. */
export function pendingChecks(service: ServiceState, run: Run): string[] {
  if (run.pid === null) return ['the process'];
  const { readiness } = service.spec;
  if (!readiness) return [];
  const pending: string[] = [];
  if (readiness.probes.length > 0 && !run.readiness.succeeded) pending.push(run.readiness.lastFailure ?? 'its readiness probe');
  if (readiness.log && !run.readyLineSeen) pending.push(`a line matching ${JSON.stringify(readiness.log.match)}`);
  for (const output of readiness.outputs) if (service.outputs[output] === undefined) pending.push(`its output ${output}`);
  return pending;
}
