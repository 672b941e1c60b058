// How long a line may be so that a pattern surely cannot spend long on it: such lines need no watchdog.

/** Steps of V8's engine that take a few milliseconds at most. */
const MAX_STEPS = 1_000_000;

/**
 * The length of line, in UTF-16 units, up to which the pattern takes few steps whatever the line says; 0 where that cannot be told.
 * A backtracking match of n characters takes at most n starts × n for each repetition × 2 for each choice, as long as no repetition
 * stands inside another.
 */
export function cheapLineLength(source: string): number {
  const shape = shapeOf(source);
  if (shape === null) return 0;
  const steps = source.length * 2 ** shape.choices;
  return Math.floor((MAX_STEPS / steps) ** (1 / (shape.repetitions + 1)));
}

interface Shape {
  repetitions: number;
  choices: number;
}

/** Counts what a match can vary; null: something is repeated that itself varies, or refers back. */
function shapeOf(source: string): Shape | null {
  const open: number[] = [];
  let variation = 0;
  let closedVaries = false;
  const shape: Shape = { repetitions: 0, choices: 0 };
  for (const [token] of source.matchAll(
    /\\(?:[1-9]|k<)|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\(\?(?:<?[=!]|:|<[^>]*>)|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^]/g,
  )) {
    if (/^\\[1-9k]/.test(token)) return null;
    const isQuantifier = /^(?:[*+?]|\{\d)/.test(token);
    if (isQuantifier && closedVaries) return null;
    closedVaries = false;
    if (token.startsWith('(')) open.push(variation);
    else if (token === ')') closedVaries = variation > (open.pop() ?? 0);
    else if (token === '|' || token.startsWith('?')) shape.choices += 1;
    else if (isQuantifier) shape.repetitions += 1;
    variation = shape.choices + shape.repetitions;
  }
  return shape;
}
