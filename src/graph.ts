// Who needs whom: start order, and the actual cycle where there is one.
import type { ServiceSpec } from './spec.ts';

type Services = Readonly<Record<string, Pick<ServiceSpec, 'dependsOn'>>>;

/** Dependencies before dependents, otherwise in the order of the file. Names that are no service are left out. */
export function startOrder(services: Services): string[] {
  return withDependencies(services, Object.keys(services));
}

/** The names and all that they need, directly or not: dependencies first. */
export function withDependencies(services: Services, names: readonly string[]): string[] {
  const order = new Set<string>();
  const entered = new Set<string>();
  const visit = (name: string): void => {
    if (entered.has(name) || !Object.hasOwn(services, name)) return;
    entered.add(name);
    Object.keys(services[name]?.dependsOn ?? {}).forEach(visit);
    order.add(name);
  };
  names.forEach(visit);
  return [...order];
}

/** Services that name it in their `depends_on`, in the order of the file. */
export function dependentsOf(services: Services, name: string): string[] {
  return Object.keys(services).filter((each) => Object.hasOwn(services[each]?.dependsOn ?? {}, name));
}

/** The first cycle as it runs, such as `['a', 'b', 'a']`; null: none. */
export function findCycle(dependsOn: Readonly<Record<string, readonly string[]>>): readonly string[] | null {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): readonly string[] | null => {
    if (finished.has(name) || !Object.hasOwn(dependsOn, name)) return null;
    const start = path.indexOf(name);
    if (start !== -1) return [...path.slice(start), name];
    path.push(name);
    for (const next of dependsOn[name] ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    finished.add(name);
    return null;
  };
  for (const name of Object.keys(dependsOn)) {
    const cycle = visit(name);
    if (cycle) return cycle;
  }
  return null;
}
