import { closest, distance } from 'fastest-levenshtein';

/** The known word that was probably meant, or null. */
export function suggest(word: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const lower = word.toLowerCase();
  const best = closest(
    lower,
    known.map((each) => each.toLowerCase()),
  );
  const found = known.find((each) => each.toLowerCase() === best) as string;
  return distance(lower, best) <= Math.max(1, Math.floor(Math.max(word.length, best.length) * 0.4)) ? found : null;
}

/** ` — did you mean `memory`?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const found = suggest(word, known);
  return found === null ? '' : ` — did you mean \`${found}\`?`;
}
