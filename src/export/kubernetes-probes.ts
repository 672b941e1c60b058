import type { Probe, ServiceSpec } from '../spec.ts';
import type { CheckTool } from './check-command.ts';
import { checkCommand } from './check-command.ts';
import type { Loss } from './exported.ts';
import { isLoopback } from './loopback.ts';

/** startupProbe, readinessProbe and livenessProbe of a container. */
export function writeProbes({ name, readiness, liveness }: ServiceSpec, tool: CheckTool, losses: Loss[]): Record<string, object> {
  const probes: Record<string, object> = {};
  const [probe, ...others] = readiness?.probes ?? [];
  if (readiness && probe) {
    const check = writeCheck(probe, tool);
    const periodSeconds = seconds(readiness.periodMs);
    const timing = { periodSeconds, timeoutSeconds: seconds(readiness.timeoutMs) };
    const attempts =
      readiness.startTimeoutMs === null ? 1_000_000 : Math.max(1, Math.ceil(readiness.startTimeoutMs / 1000 / periodSeconds));
    probes['startupProbe'] = { ...check, ...timing, failureThreshold: attempts };
    probes['readinessProbe'] = { ...check, ...timing, failureThreshold: readiness.failureThreshold };
    if (others.length > 0)
      losses.push({ service: name, key: 'readiness', message: `of ${others.length + 1} checks only the first is made there` });
    if (probe.type === 'http')
      losses.push({
        service: name,
        key: 'readiness.http.status',
        isDefault: true,
        message: 'every status from 200 to 399 is a success there',
      });
  }
  if (liveness) {
    const { periodMs, timeoutMs, failureThreshold } = liveness;
    const timing = { periodSeconds: seconds(periodMs), timeoutSeconds: seconds(timeoutMs), failureThreshold };
    probes['livenessProbe'] = { ...writeCheck(liveness.probe, tool), ...timing };
  }
  return probes;
}

/** At least one: there are no parts of a second. */
export function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

/** The kubelet asks the pod's own address; another host only a command in the container can ask. */
function writeCheck(probe: Probe, tool: CheckTool): object {
  if (probe.type === 'tcp' && isLocal(probe.host)) return { tcpSocket: { port: probe.port } };
  if (probe.type === 'http') {
    const { hostname, port, pathname, search, protocol } = new URL(probe.url);
    const https = protocol === 'https:';
    const address = { path: pathname + search, port: Number(port) || (https ? 443 : 80), ...(https ? { scheme: 'HTTPS' } : {}) };
    if (isLocal(hostname)) return { httpGet: address };
  }
  return { exec: { command: checkCommand(probe, tool) } };
}

function isLocal(host: string): boolean {
  return isLoopback(host) || host === '0.0.0.0';
}
