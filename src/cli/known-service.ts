import { selectServices } from '../service-name.ts';
import { EXIT, type Refusal, refuse } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { openRunningProject, type RunningProject } from './running.ts';

export interface ChosenServices extends RunningProject {
  /** What was named, with instances in the place of a name that stands for several. */
  readonly names: readonly string[];
}

/** The running project, in which every one of these services must be. */
export async function openProjectWith(
  invocation: Invocation,
  services: readonly string[],
  options: { readonly usage: boolean } = { usage: false },
): Promise<ChosenServices | Refusal> {
  const running = await openRunningProject(invocation, options);
  if (!running.ok) return running;
  const known = running.snapshot.services.map((service) => service.name);
  const names = selectServices(services, known);
  return (await refuseUnknown(names, known)) ?? { ...running, names };
}

/** Null when every name is a known one; else a refusal with the nearest name that is. */
export async function refuseUnknown(names: readonly string[], known: readonly string[]): Promise<Refusal | null> {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const { didYouMean } = await import('../config/suggestion.ts');
  const services = known.length === 0 ? 'the project has no services' : `services: ${known.join(', ')}`;
  return refuse(EXIT.noSuchService, `no service is named ${JSON.stringify(unknown)}${didYouMean(unknown, known)}`, services);
}
