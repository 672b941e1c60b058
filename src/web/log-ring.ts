// The last lines of the logs, bounded in number and in size, and those of them that are shown.
import type { LogLine } from '../logs/log-query.ts';
import { matches } from './log-filter.ts';
import { safeText, withoutColors } from './log-text.ts';

/** Of one line; the rest is in the log file. */
export const MAX_LINE_CHARACTERS = 4000;

export interface KeptLine {
  /** Grows by one a line. */
  readonly id: number;
  readonly service: string;
  readonly time: number;
  readonly stream: 'out' | 'err';
  readonly run: number;
  /** With colours, and no other escapes. */
  readonly text: string;
  readonly plain: string;
  readonly cutCharacters: number;
}

export interface LogBounds {
  readonly lines: number;
  readonly characters: number;
}

export interface LineChoice {
  readonly pattern: RegExp | null;
  /** False: lines that do not match are shown too. */
  readonly onlyMatches: boolean;
  readonly stream: 'any' | 'out' | 'err';
}

const EVERYTHING: LineChoice = { pattern: null, onlyMatches: true, stream: 'any' };

export class LogRing {
  readonly #bounds: LogBounds;
  #lines: KeptLine[] = [];
  #characters = 0;
  #nextId = 0;
  #choice = EVERYTHING;
  #shown: KeptLine[] = [];
  /** Of `shown`, ever: a list that is not scrolled stays where it is. */
  #droppedRows = 0;

  constructor(bounds: LogBounds = { lines: 50_000, characters: 16_000_000 }) {
    this.#bounds = bounds;
  }

  get shown(): readonly KeptLine[] {
    return this.#shown;
  }

  get size(): number {
    return this.#lines.length;
  }

  get droppedRows(): number {
    return this.#droppedRows;
  }

  /** All lines that were ever appended. */
  get received(): number {
    return this.#nextId;
  }

  append(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const kept = this.#keep(line);
      this.#lines.push(kept);
      this.#characters += kept.text.length;
      if (this.#isShown(kept)) this.#shown.push(kept);
    }
    this.#trim();
  }

  choose(choice: LineChoice): void {
    this.#choice = choice;
    this.#shown = this.#lines.filter((line) => this.#isShown(line));
    this.#droppedRows = 0;
  }

  clear(): void {
    this.#lines = [];
    this.#shown = [];
    this.#characters = 0;
    this.#droppedRows = 0;
  }

  /** Index in `shown` of the next line that matches, from there on or back; -1: none. */
  findMatch(from: number, step: 1 | -1): number {
    const { pattern } = this.#choice;
    for (let n = from + step; pattern !== null && n >= 0 && n < this.#shown.length; n += step)
      if (matches((this.#shown[n] as KeptLine).plain, pattern)) return n;
    return -1;
  }

  #keep({ service, time, stream, run, text }: LogLine): KeptLine {
    const cut = text.length > MAX_LINE_CHARACTERS;
    const safe = safeText(cut ? text.slice(0, MAX_LINE_CHARACTERS) : text);
    const cutCharacters = cut ? text.length - MAX_LINE_CHARACTERS : 0;
    return { id: this.#nextId++, service, time, stream, run, text: safe, plain: withoutColors(safe), cutCharacters };
  }

  #isShown({ plain, stream }: KeptLine): boolean {
    const { pattern, onlyMatches, stream: wanted } = this.#choice;
    return (wanted === 'any' || stream === wanted) && (!onlyMatches || matches(plain, pattern));
  }

  /** In bigger steps: taking from the front of a list moves all of it. */
  #trim(): void {
    const { lines, characters } = this.#bounds;
    if (this.#lines.length <= lines * 1.1 && this.#characters <= characters) return;
    let count = Math.max(0, this.#lines.length - lines);
    for (let n = 0; n < count; n++) this.#characters -= (this.#lines[n] as KeptLine).text.length;
    while (this.#characters > characters && count < this.#lines.length) this.#characters -= (this.#lines[count++] as KeptLine).text.length;
    const firstId = this.#lines[count]?.id ?? this.#nextId;
    this.#lines.splice(0, count);
    const kept = this.#shown.findIndex(({ id }) => id >= firstId);
    const dropped = kept === -1 ? this.#shown.length : kept;
    this.#shown.splice(0, dropped);
    this.#droppedRows += dropped;
  }
}
