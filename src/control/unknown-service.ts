import { distance } from 'fastest-levenshtein';

export interface UnknownService {
  readonly error: 'unknown-service';
  readonly message: string;
  /** Nearest first. */
  readonly details: { readonly service: string; readonly suggestions: readonly string[] };
}

const MAX_DISTANCE = 3;

export function unknownService(service: string, known: readonly string[]): UnknownService {
  const near = known.map((name) => ({ name, distance: distance(name, service) })).filter((each) => each.distance <= MAX_DISTANCE);
  const suggestions = near.sort((a, b) => a.distance - b.distance).map(({ name }) => name);
  const hint = suggestions[0] === undefined ? `services: ${known.join(', ') || 'none'}` : `did you mean ${suggestions[0]}?`;
  return { error: 'unknown-service', message: `no service named ${service}; ${hint}`, details: { service, suggestions } };
}
