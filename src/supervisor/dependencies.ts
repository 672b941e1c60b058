// Who waits for whom.
import { fillOutputs, outputRefs } from '../output-ref.ts';
import type { Dependency, OutputRef, ServiceSpec } from '../spec.ts';
import { missingOccasion } from './occasion.ts';
import type { Blocker, StateName } from './snapshot.ts';
import { isSpare } from './spare.ts';
import { hasRun, isLive, type ServiceState } from './state.ts';

type Services = ReadonlyMap<string, ServiceState>;

/** What keeps a wanted service from starting: disabled, a dependency, an output not yet captured. Addresses are asked for elsewhere. */
export function blockersOf(services: Services, service: ServiceState): Blocker[] {
  if (service.disabledBy !== null) return [{ type: 'disabled', by: service.disabledBy }];
  const dependencies = service.ignoresDependencies ? [] : dependencyBlockers(services, service);
  const outputs = missingOutputs(services, service.spec).map((ref): Blocker => ({ type: 'output', ...ref }));
  return [...missingOccasion(service), ...dependencies, ...groupBlockers(services, service), ...outputs];
}

function dependencyBlockers(services: Services, service: ServiceState): Blocker[] {
  return Object.entries(service.spec.dependsOn).flatMap(([name, { condition }]): Blocker[] => {
    const dependency = services.get(name);
    if (dependency && (holds(dependency, condition) || isSpare(services, dependency))) return [];
    const state: StateName = dependency?.phase.type ?? 'stopped';
    return [{ type: 'dependency', service: name, condition, state, disabled: (dependency?.disabledBy ?? null) !== null }];
  });
}

/** The members of its group that go when it crashes, in order. */
export function restartedWith({ name, group }: ServiceSpec): readonly string[] {
  if (group === null) return [];
  return group.strategy === 'one-for-all'
    ? group.members.filter((member) => member !== name)
    : group.members.slice(group.members.indexOf(name) + 1);
}

/** What belongs together begins together: not before the others that go because of a crash are gone. */
function groupBlockers(services: Services, { spec }: ServiceState): Blocker[] {
  const { group } = spec;
  const going = group?.members.filter((name) => {
    const phase = services.get(name)?.phase;
    if (phase?.type !== 'stopping') return false;
    return phase.cause === null || (phase.cause.type === 'dependency' && group.members.includes(phase.cause.service));
  });
  return (going ?? []).map((service): Blocker => ({ type: 'group', group: group?.name ?? '', service }));
}

/** Does the dependency's state fulfil the condition? A completed job has been started and was ready. */
function holds(dependency: ServiceState, condition: Dependency['condition']): boolean {
  const { phase } = dependency;
  if (phase.type === 'completed') return true;
  if (condition === 'completed') return false;
  if (phase.type === 'ready') return true;
  return condition === 'started' && isLive(phase) && phase.run.pid !== null;
}

/** Dependents that must be gone before this service may be stopped: those that are themselves on their way down. */
export function dependentsGoingDown(services: Services, name: string): ServiceState[] {
  return dependentsOf(services, name).filter((dependent) => dependent.desired.type === 'down' && hasRun(dependent.phase));
}

export function dependentsOf(services: Services, name: string): ServiceState[] {
  return [...services.values()].filter((service) => Object.hasOwn(service.spec.dependsOn, name));
}

function neighboursOf(spec: ServiceSpec | undefined): readonly string[] {
  return spec === undefined ? [] : [...Object.keys(spec.dependsOn), ...(spec.group?.members ?? [])];
}

/** These services, whoever waits for one of them, and whoever one of them waits for: in the order of the file. */
export function concernedBy(services: Services, names: ReadonlySet<string>): string[] {
  const dependencies = new Set([...names].flatMap((name) => neighboursOf(services.get(name)?.spec)));
  const looksAtOne = ({ spec, phase }: ServiceState): boolean =>
    Object.keys(spec.dependsOn).some((name) => names.has(name)) ||
    (phase.type === 'waiting' && outputsOf(spec).some(({ service }) => names.has(service)));
  const ofInstances = new Set([...names].map((name) => services.get(name)?.spec.instance?.of));
  const concerned = [...services.values()].filter(
    (service) =>
      names.has(service.name) ||
      dependencies.has(service.name) ||
      ((service.turn !== null || service.replaces !== null) && ofInstances.has(service.spec.instance?.of)) ||
      looksAtOne(service),
  );
  return concerned.map(({ name }) => name);
}

/** The names and everything they depend on, directly or not. */
export function withDependencies(services: Services, names: readonly string[]): Set<string> {
  const wanted = new Set<string>();
  const visit = (name: string): void => {
    const service = services.get(name);
    if (!service || wanted.has(name)) return;
    wanted.add(name);
    Object.keys(service.spec.dependsOn).forEach(visit);
  };
  names.forEach(visit);
  return wanted;
}

function missingOutputs(services: Services, spec: ServiceSpec): OutputRef[] {
  return outputsOf(spec).filter((ref) => services.get(ref.service)?.outputs[ref.output] === undefined);
}

function outputsOf(spec: ServiceSpec): OutputRef[] {
  return [...spec.command, ...Object.values(spec.env)].flatMap(outputRefs);
}

/** The spec as it is spawned: outputs of other services filled in. */
export function fillSpec(services: Services, spec: ServiceSpec): ServiceSpec {
  const fill = (text: string): string => fillOutputs(text, (ref) => services.get(ref.service)?.outputs[ref.output]);
  const [program, ...args] = spec.command;
  const env = Object.fromEntries(Object.entries(spec.env).map(([name, value]) => [name, fill(value)]));
  return { ...spec, command: [fill(program), ...args.map(fill)], env };
}
