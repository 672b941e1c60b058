import { EXIT, type Refusal, refuse } from './exit-code.ts';

/** Null when every name is a known one; else a refusal with the nearest name that is. */
export async function refuseUnknown(names: readonly string[], known: readonly string[]): Promise<Refusal | null> {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const { closest, distance } = await import('fastest-levenshtein');
  const nearest = known.length === 0 ? null : closest(unknown, known);
  const isNear = nearest !== null && distance(unknown, nearest) <= Math.max(1, Math.floor(unknown.length / 3));
  const services = known.length === 0 ? 'the project has no services' : `services: ${known.join(', ')}`;
  return refuse(EXIT.noSuchService, `no service is named ${JSON.stringify(unknown)}${isNear ? ` — did you mean ${nearest}?` : ''}`, services);
}
