import type { RunningProject } from '../library/running-project.ts';
import { findUnknownName } from '../library/unknown-name.ts';
import { selectServices } from '../service-name.ts';
import { type Refusal, refuseFailure } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { type OpenOptions, openRunningProject } from './running.ts';

export interface ChosenServices extends RunningProject {
  /** What was named, with instances in the place of a name that stands for several. */
  readonly names: readonly string[];
}

/** The running project, in which every one of these services must be. */
export async function openProjectWith(
  invocation: Invocation,
  services: readonly string[],
  options: OpenOptions = { usage: false },
): Promise<ChosenServices | Refusal> {
  const running = await openRunningProject(invocation, options);
  if (!running.ok) return running;
  const known = running.snapshot.services.map((service) => service.name);
  const names = selectServices(services, known);
  return (await refuseUnknown(names, known)) ?? { ...running, names };
}

/** Null when every name is a known one; else a refusal with the nearest name that is. */
export async function refuseUnknown(names: readonly string[], known: readonly string[]): Promise<Refusal | null> {
  const unknown = await findUnknownName(names, known);
  return unknown === null ? null : refuseFailure(unknown);
}
