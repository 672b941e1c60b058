// Lines against a user's patterns. A pattern that backtracks for ever must not stop the supervisor: it is interrupted, switched off
// and reported. Entering the watchdog costs some 70 µs, so lines come in batches, and lines on which no pattern can spend long go without.
import type { LogStream } from '../spec.ts';
import { runWithinBudget } from './matching-budget.ts';
import { cheapLineLength } from './pattern-cost.ts';
import { PatternScan } from './pattern-scan.ts';

export interface Pattern {
  readonly id: string;
  readonly source: string;
  readonly flags: string;
  readonly stream: 'any' | LogStream;
}

/** The patterns of one run. */
export class LineMatcher {
  readonly #patterns: readonly Pattern[];
  readonly #byStream: Readonly<Record<LogStream, (RegExp | null)[]>>;
  readonly #onMatch: (id: string, line: string, captures: readonly string[]) => void;
  readonly #onOverBudget: (id: string) => void;
  /** Lines up to this long need no watchdog. */
  #cheapLength: number;
  readonly #strikes: number[] = [];

  /** `onMatch` gets every line and pattern that match, in order, with the groups captured (without groups, the whole match); `onOverBudget` a pattern that is now off. */
  constructor(
    patterns: readonly Pattern[],
    onMatch: (id: string, line: string, captures: readonly string[]) => void,
    onOverBudget: (id: string) => void,
  ) {
    this.#patterns = patterns;
    const compiled = patterns.map(({ source, flags }) => new RegExp(source, flags));
    const ofStream = (stream: LogStream) =>
      patterns.map((p, n) => (p.stream === 'any' || p.stream === stream ? (compiled[n] ?? null) : null));
    this.#byStream = { out: ofStream('out'), err: ofStream('err') };
    this.#onMatch = onMatch;
    this.#onOverBudget = onOverBudget;
    this.#cheapLength = this.#shortestCheapLength();
  }

  /** Matches the lines of one stream; reports before it returns. */
  match(lines: readonly string[], stream: LogStream): void {
    const scan = new PatternScan(lines, this.#byStream[stream]);
    if (lines.every((line) => line.length <= this.#cheapLength)) scan.advance();
    else runWithinBudget(scan, this.#strikes, (pattern) => this.#switchOff(pattern));
    for (const { pattern, line, captures } of scan.found) this.#onMatch(this.#patterns[pattern]?.id ?? '', line, captures);
  }

  #switchOff(pattern: number): void {
    this.#byStream.out[pattern] = null;
    this.#byStream.err[pattern] = null;
    this.#cheapLength = this.#shortestCheapLength();
    const id = this.#patterns[pattern]?.id;
    if (id !== undefined) this.#onOverBudget(id);
  }

  #shortestCheapLength(): number {
    const isOn = (_: Pattern, n: number): boolean => this.#byStream.out[n] !== null || this.#byStream.err[n] !== null;
    return Math.min(...this.#patterns.filter(isOn).map(({ source }) => cheapLineLength(source)));
  }
}
