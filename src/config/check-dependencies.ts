// Waiting that would never end.
import { findCycle } from '../graph.ts';
import { outputRefs } from '../output-ref.ts';
import type { ServiceSpec } from '../spec.ts';
import type { CheckInput } from './check-input.ts';
import type { Cursor } from './cursor.ts';

export function checkDependencies({ project, onRequest }: CheckInput, at: Cursor): void {
  const services = Object.values(project.services);
  checkCycle(services, at);
  for (const service of services) {
    const place = at.in('services', service.name, 'depends_on');
    for (const [name, { condition }] of Object.entries(service.dependsOn)) {
      const dependency = Object.hasOwn(project.services, name) ? project.services[name] : undefined;
      if (!dependency) continue;
      if (condition === 'completed' && dependency.type === 'service' && dependency.restart.policy === 'always')
        reportNeverCompleted(service, dependency, place.in(name));
      if (onRequest.has(name) && !onRequest.has(service.name)) reportOnRequest(service, dependency, place.in(name));
    }
  }
}

function checkCycle(services: readonly ServiceSpec[], at: Cursor): void {
  // An output of another service is waited for like a dependency.
  const needs = services.map((spec) => {
    const outputs = [...spec.command, ...Object.values(spec.env)].flatMap(outputRefs).map(({ service }) => service);
    return [spec.name, [...Object.keys(spec.dependsOn), ...outputs]] as const;
  });
  const cycle = findCycle(Object.fromEntries(needs));
  if (!cycle) return;
  const [first, second] = cycle as [string, string];
  const message = first === second ? `\`${first}\` depends on itself` : `services wait for each other: ${cycle.join(' → ')}`;
  at.in('services', first, 'depends_on', second).report({ code: 'cycle', message, hint: 'none of them could ever start' }, 'key');
}

function reportNeverCompleted(service: ServiceSpec, dependency: ServiceSpec, at: Cursor): void {
  at.in('condition').report({
    code: 'never-holds',
    message: `\`${service.name}\` waits for \`${dependency.name}\` to complete, but that is a service that is always restarted`,
    hint: `give \`${dependency.name}\` \`type: job\`, or wait for \`ready\``,
  });
}

function reportOnRequest(service: ServiceSpec, dependency: ServiceSpec, at: Cursor): void {
  const [profile] = dependency.profiles;
  const why = profile === undefined ? 'is disabled' : `starts only with the profile \`${profile}\``;
  const hint = profile === undefined ? 'enable it, or take the dependency out' : `it is started along when \`${service.name}\` is`;
  at.report(
    {
      code: 'dependency-on-request',
      severity: 'warning',
      message: `\`${dependency.name}\`, which \`${service.name}\` needs, ${why}`,
      hint,
    },
    'key',
  );
}
