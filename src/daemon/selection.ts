import { startOrder } from '../graph.ts';
import type { ProjectSpec } from '../spec.ts';
import type { ServiceState, SupervisorState } from '../supervisor/state.ts';

/** What `up` starts when nothing is named: services of no profile, and those of the profiles asked for. */
export function defaultServices(project: ProjectSpec, profiles: readonly string[]): string[] {
  const starts = Object.values(project.services).filter(
    (spec) => spec.profiles.length === 0 || spec.profiles.some((name) => profiles.includes(name)),
  );
  return starts.map(({ name }) => name);
}

/** Dependencies first; services that a reload took out of the file, and that are still ending, last. */
export function startOrderOf(state: SupervisorState): ServiceState[] {
  const names = startOrder(state.project.services);
  const rest = [...state.services.keys()].filter((name) => !names.includes(name));
  return [...names, ...rest].flatMap((name) => state.services.get(name) ?? []);
}
