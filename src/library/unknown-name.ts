import { type Failure, fail } from './failure.ts';

/** Null when every name is a known one; else a failure with the nearest name that is. */
export async function findUnknownName(names: readonly string[], known: readonly string[]): Promise<Failure | null> {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const { didYouMean } = await import('../config/suggestion.ts');
  const advice = known.length === 0 ? 'the project has no services' : `services: ${known.join(', ')}`;
  return fail('unknown-service', `no service is named ${JSON.stringify(unknown)}${didYouMean(unknown, known)}`, { advice });
}
