// What cannot be there several times.
import type { ServiceSpec } from '../spec.ts';
import type { Cursor } from './cursor.ts';

export function checkInstances(service: ServiceSpec, at: Cursor): void {
  if (service.restart.strategy === 'overlap') checkOverlap(service, at.in('restart', 'strategy'));
  checkSeveral(service, at);
}

/** For a moment there are two of it. */
function checkOverlap({ name, ports, type, start }: ServiceSpec, at: Cursor): void {
  const report = (message: string, hint: string): void => at.report({ code: 'conflict', message, hint });
  const [port] = Object.keys(ports);
  if (type === 'job') report('a job has no successor', 'take `strategy` out');
  else if (start === 'on-demand') report('a service on demand has no successor', 'take `start` or `strategy` out');
  else if (port !== undefined)
    report(
      `\`${name}\` and its successor cannot both listen at its port \`${port}\``,
      'hold a socket for them: `sockets:` instead of `ports:`',
    );
}

function checkSeveral({ name, instances, ports, type, start }: ServiceSpec, at: Cursor): void {
  if (instances === null) return;
  const report = (message: string, hint: string): void => at.in('instances').report({ code: 'conflict', message, hint });
  const [port] = Object.keys(ports);
  if (type === 'job') report('a job is there once', 'give each a name of its own');
  else if (start === 'on-demand') report('a service on demand is there once', 'take `start` or `instances` out');
  else if (port !== undefined)
    report(
      `the instances of \`${name}\` cannot all listen at its port \`${port}\``,
      'hold a socket for them, which they share: `sockets:` instead of `ports:`',
    );
  else if (instances.maxUnavailable >= instances.count && instances.count > 1)
    at.in('instances', 'max_unavailable').report({
      code: 'says-nothing',
      severity: 'warning',
      message: 'with as many as there are, a restart takes all of them down at once',
    });
}
