import { EXIT, type Refusal, refuse } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { openRunningProject, type RunningProject } from './running.ts';

/** The running project, in which every one of these services must be. */
export async function openProjectWith(
  invocation: Invocation,
  services: readonly string[],
  options: { readonly usage: boolean } = { usage: false },
): Promise<RunningProject | Refusal> {
  const running = await openRunningProject(invocation, options);
  if (!running.ok) return running;
  const known = running.snapshot.services.map((service) => service.name);
  return (await refuseUnknown(services, known)) ?? running;
}

/** Null when every name is a known one; else a refusal with the nearest name that is. */
export async function refuseUnknown(names: readonly string[], known: readonly string[]): Promise<Refusal | null> {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const { didYouMean } = await import('../config/suggestion.ts');
  const services = known.length === 0 ? 'the project has no services' : `services: ${known.join(', ')}`;
  return refuse(EXIT.noSuchService, `no service is named ${JSON.stringify(unknown)}${didYouMean(unknown, known)}`, services);
}
