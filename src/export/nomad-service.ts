// What Nomad publishes of a service, and how it looks after it.
import type { Probe } from '../spec.ts';
import type { Container } from './container.ts';
import { engineDuration } from './engine-duration.ts';
import { engineName } from './engine-name.ts';
import type { Loss } from './exported.ts';
import type { HclBlock } from './hcl.ts';
import { portName } from './name-clashes.ts';

export function nomadService({ service, name }: Container, job: string, losses: Loss[]): HclBlock[] {
  const { ports, readiness, liveness } = service;
  const labels = new Map(Object.entries(ports).map(([port, number]) => [number, portLabel(name, port)]));
  const check = (probe: Probe, key: string, attributes: HclBlock['attributes'], blocks: readonly HclBlock[]): HclBlock[] => {
    const port = labels.get(portOf(probe) ?? 0);
    if (port === undefined) {
      losses.push({ service: service.name, key, message: 'Nomad asks only ports that are declared', hint: '`ports` declares one' });
      return [];
    }
    const http = probe.type === 'http' ? { path: new URL(probe.url).pathname + new URL(probe.url).search } : {};
    return [{ kind: 'check', attributes: { type: probe.type, port, ...http, ...attributes }, blocks }];
  };
  const checks = [
    ...(readiness?.probes ?? []).flatMap((probe) => check(probe, 'readiness', timing(readiness?.periodMs, readiness?.timeoutMs), [])),
    ...(liveness === null
      ? []
      : check(liveness.probe, 'liveness', timing(liveness.periodMs, liveness.timeoutMs), [
          { kind: 'check_restart', attributes: { limit: liveness.failureThreshold, grace: graceOf(readiness?.startTimeoutMs) } },
        ])),
  ];
  const [first] = labels.values();
  if (first === undefined) return [];
  return [{ kind: 'service', attributes: { name: engineName(`${job}-${name}`), port: first, provider: 'nomad' }, blocks: checks }];
}

function portOf(probe: Probe): number | null {
  if (probe.type === 'tcp') return probe.port;
  if (probe.type === 'exec') return null;
  const { port, protocol } = new URL(probe.url);
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

/** Nomad looks at most once a second. */
function timing(periodMs = 1000, timeoutMs = 1000): Record<string, string> {
  return { interval: engineDuration(Math.max(1000, periodMs)), timeout: engineDuration(Math.max(1000, timeoutMs)) };
}

function graceOf(startTimeoutMs: number | null | undefined): string {
  return engineDuration(startTimeoutMs ?? 120_000);
}

/** Part of the names of variables there, so without dashes. */
export function portLabel(task: string, port: string): string {
  return portName(task, port).replaceAll('-', '_');
}
