// Start order for engines that have none: whoever waits does so itself, in a shell before its program.
import type { Probe, ProjectSpec, ServiceSpec } from '../spec.ts';
import { type CheckTool, checkCommand, quoteShell } from './check-command.ts';
import type { Loss } from './exported.ts';
import { isLoopback } from './loopback.ts';

export interface Waiting {
  /** Lines of a shell that end once everything that is waited for is there. */
  readonly lines: readonly string[];
  readonly losses: readonly Loss[];
}

/**
 * `doneFile`: written by a job when it has completed; `engine` where the engine itself waits for it; null: nothing tells.
 * `host`: where the services are.
 */
export function waitFor(
  service: ServiceSpec,
  { services }: ProjectSpec,
  options: { readonly tool: CheckTool; readonly doneFile: (job: string) => string | 'engine' | null; readonly host: string },
): Waiting {
  const losses: Loss[] = [];
  const lines = Object.entries(service.dependsOn).flatMap(([name, { condition }]) => {
    const target = services[name];
    if (target === undefined || condition === 'started') return [];
    if (condition === 'completed') {
      const file = options.doneFile(name);
      if (file === null)
        losses.push({ service: service.name, key: `depends_on.${name}`, message: `nothing tells there that \`${name}\` has completed` });
      return file === null || file === 'engine' ? [] : [`until [ -e ${quoteShell(file)} ]; do sleep 1; done`];
    }
    const probe = target.readiness?.probes.find((each) => each.type !== 'exec') ?? portProbe(target);
    if (probe !== null) return [`until ${checkCommand(at(probe, options.host), options.tool).map(quoteShell).join(' ')}; do sleep 1; done`];
    losses.push({
      service: service.name,
      key: `depends_on.${name}`,
      message: `nothing but \`${name}\` itself can tell there that it is ready`,
    });
    return [];
  });
  return { lines, losses };
}

function at<P extends Exclude<Probe, { type: 'exec' }>>(probe: P, host: string): P {
  if (probe.type === 'tcp') return { ...probe, host: isLoopback(probe.host) ? host : probe.host };
  return { ...probe, url: probe.url.replace(/^(https?:\/\/)(127\.0\.0\.1|localhost)(?=[:/]|$)/, `$1${host}`) };
}

function portProbe({ ports }: ServiceSpec) {
  const [port] = Object.values(ports);
  return port === undefined ? null : ({ type: 'tcp', host: '127.0.0.1', port } as const);
}

/** argv that does these lines first and then becomes the program. */
export function runAfter(lines: readonly string[], args: readonly string[]): readonly string[] {
  return lines.length === 0 ? args : ['/bin/sh', '-c', [...lines, 'exec "$0" "$@"'].join('\n'), ...args];
}
