import type { MatchingWork } from './matching-budget.ts';

interface Match {
  readonly pattern: number;
  readonly line: string;
  readonly captures: readonly string[];
}

/** Every pattern on every line; a pattern that becomes null is passed over. */
export class PatternScan implements MatchingWork {
  readonly found: Match[] = [];
  pattern = 0;
  tried = 0;
  #line = 0;
  readonly #lines: readonly string[];
  readonly #regexes: readonly (RegExp | null)[];

  constructor(lines: readonly string[], regexes: readonly (RegExp | null)[]) {
    this.#lines = lines;
    this.#regexes = regexes;
  }

  advance(): void {
    for (; this.#line < this.#lines.length; this.#line++) {
      const line = this.#lines[this.#line] ?? '';
      for (; this.pattern < this.#regexes.length; this.pattern++) {
        this.tried += 1;
        const groups = this.#regexes[this.pattern]?.exec(line);
        if (groups) this.found.push({ pattern: this.pattern, line, captures: capturesOf(groups) });
      }
      this.pattern = 0;
    }
  }
}

/** The groups; of a pattern without any, the whole match. */
function capturesOf([match, ...groups]: RegExpExecArray): readonly string[] {
  return groups.length === 0 ? [match] : groups.map((group) => group ?? '');
}
