// For crash rules: which patterns the last lines of a run hold. Off the hot path, but within the same budget.
import { runWithinBudget } from './matching-budget.ts';
import { PatternScan } from './pattern-scan.ts';

/** The groups captured by the first match; null: the condition does not hold. */
export type LogMatch = readonly string[] | null;

/**
 * Whether at least `atLeast` different patterns are found in the lines. A pattern that cannot be matched within its budget
 * counts as not found, and `onOverBudget` gets its source.
 */
export function firstMatches(
  patterns: readonly { readonly source: string; readonly flags: string }[],
  lines: readonly string[],
  atLeast: number,
  onOverBudget: (source: string) => void = () => {},
): LogMatch {
  if (patterns.length === 0) return null;
  const regexes: (RegExp | null)[] = patterns.map(({ source, flags }) => new RegExp(source, flags));
  const scan = new PatternScan(lines, regexes);
  runWithinBudget(scan, [], (pattern) => {
    regexes[pattern] = null;
    onOverBudget(patterns[pattern]?.source ?? '');
  });
  const found = scan.found.filter(({ pattern }) => regexes[pattern] !== null);
  const different = new Set(found.map(({ pattern }) => pattern)).size;
  return different >= atLeast ? (found[0]?.captures ?? null) : null;
}
