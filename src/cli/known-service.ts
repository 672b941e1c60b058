import { EXIT, type Refusal, refuse } from './exit-code.ts';

/** Null when every name is a known one; else a refusal with the nearest name that is. */
export async function refuseUnknown(names: readonly string[], known: readonly string[]): Promise<Refusal | null> {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const { didYouMean } = await import('../config/suggestion.ts');
  const services = known.length === 0 ? 'the project has no services' : `services: ${known.join(', ')}`;
  return refuse(EXIT.noSuchService, `no service is named ${JSON.stringify(unknown)}${didYouMean(unknown, known)}`, services);
}
