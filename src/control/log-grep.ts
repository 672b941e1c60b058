// `grep` of the log route. The pattern is a stranger's and this process is the supervisor: matching has a budget.
import { LineMatcher } from '../logs/line-matcher.ts';
import { stripEscapes } from '../logs/line-text.ts';
import type { LogLine } from '../logs/log-query.ts';

export class LogGrep {
  readonly #matched = new Set<string>();
  readonly #matcher: LineMatcher | null;
  #overBudget = false;

  /** Null: every line matches. Throws for a pattern that does not compile. */
  constructor(source: string | null) {
    const remember = (_: string, line: string): unknown => this.#matched.add(line);
    const giveUp = (): void => {
      this.#overBudget = true;
    };
    this.#matcher = source === null ? null : new LineMatcher([{ id: 'grep', source, flags: '', stream: 'any' }], remember, giveUp);
  }

  /** The lines that match, in order; null where the pattern takes too long. */
  filter(lines: readonly LogLine[]): readonly LogLine[] | null {
    if (this.#matcher === null) return lines;
    const texts = lines.map(({ text }) => stripEscapes(text));
    this.#matcher.match(texts, 'out');
    const matching = lines.filter((_, n) => this.#matched.has(texts[n] as string));
    this.#matched.clear();
    return this.#overBudget ? null : matching;
  }
}
