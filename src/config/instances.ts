// `instances: 4` becomes four services that differ in their names: whoever comes after this knows services alone.

import { fillOutputs, outputMarker } from '../output-ref.ts';
import { instanceName } from '../service-name.ts';
import type { CrashAction, ProjectSpec, ServiceSpec } from '../spec.ts';

/** `scale`: counts that somebody asked for, instead of the file's. */
export function expandInstances(project: ProjectSpec, scale: Readonly<Record<string, number>> = {}): ProjectSpec {
  const specs = Object.values(project.services);
  if (!specs.some(isSeveral)) return project;
  const members = new Map(specs.map((spec) => [spec.name, namesOf(spec, scale)]));
  const all = (name: string): readonly string[] => members.get(name) ?? [name];
  const services = specs.flatMap((spec) => {
    const rewritten = rewriteReferences(spec, all);
    return isSeveral(spec) ? all(spec.name).map((_, index) => instanceOf(rewritten, index + 1, countOf(spec, scale))) : [rewritten];
  });
  return {
    ...project,
    profiles: Object.fromEntries(Object.entries(project.profiles).map(([profile, names]) => [profile, names.flatMap(all)])),
    services: Object.fromEntries(services.map((spec) => [spec.name, spec])),
  };
}

/** One that overlaps takes two places. */
function isSeveral({ instances, restart }: ServiceSpec): boolean {
  return instances !== null || restart.strategy === 'overlap';
}

function countOf({ name, instances }: ServiceSpec, scale: Readonly<Record<string, number>>): number {
  return scale[name] ?? instances?.count ?? 1;
}

function namesOf(spec: ServiceSpec, scale: Readonly<Record<string, number>>): string[] {
  if (!isSeveral(spec)) return [spec.name];
  const places = countOf(spec, scale) + (spec.restart.strategy === 'overlap' ? 1 : 0);
  return Array.from({ length: places }, (_, index) => instanceName(spec.name, index + 1));
}

function instanceOf(spec: ServiceSpec, number: number, count: number): ServiceSpec {
  const name = instanceName(spec.name, number);
  const itself = (action: CrashAction): CrashAction =>
    'service' in action && action.service === spec.name ? { ...action, service: name } : action;
  return {
    ...spec,
    name,
    instances: null,
    instance: {
      of: spec.name,
      number,
      maxUnavailable: spec.instances?.maxUnavailable ?? 1,
      upAtOnce: spec.restart.strategy === 'overlap' ? count : null,
    },
    env: { OMNIROUTE_INSTANCE: String(number), ...spec.env },
    crashRules: spec.crashRules.map((rule) => ({ ...rule, then: rule.then.map(itself) })),
  };
}

/** What says a service's name means all of its instances; an output is the first one's. */
function rewriteReferences(spec: ServiceSpec, all: (name: string) => readonly string[]): ServiceSpec {
  const outputs = (text: string): string =>
    fillOutputs(text, (ref) => outputMarker({ ...ref, service: all(ref.service)[0] ?? ref.service }));
  const [program, ...args] = spec.command;
  const actions = (action: CrashAction): CrashAction[] =>
    'service' in action && action.service !== spec.name ? all(action.service).map((service) => ({ ...action, service })) : [action];
  return {
    ...spec,
    command: [outputs(program), ...args.map(outputs)],
    env: Object.fromEntries(Object.entries(spec.env).map(([name, value]) => [name, outputs(value)])),
    crashRules: spec.crashRules.map((rule) => ({ ...rule, then: rule.then.flatMap(actions) })),
    dependsOn: Object.fromEntries(Object.entries(spec.dependsOn).flatMap(([name, how]) => all(name).map((each) => [each, how]))),
    group: spec.group && { ...spec.group, members: spec.group.members.flatMap(all) },
  };
}
