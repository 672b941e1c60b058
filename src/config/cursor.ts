import { parseDuration, type QuantityProblem } from './duration.ts';
import { resolvePath } from './paths.ts';
import type { Problem, Problems } from './problems.ts';
import { parseSize } from './size.ts';
import { descend, locate, type MapNode, type Path } from './tree.ts';

/** A position in the project's tree: values are read there, and what is wrong with them is told there. */
export class Cursor {
  readonly #root: MapNode;
  readonly #path: Path;
  readonly #home: string;
  readonly problems: Problems;

  constructor(root: MapNode, path: Path, home: string, problems: Problems) {
    this.#root = root;
    this.#path = path;
    this.#home = home;
    this.problems = problems;
  }

  in(...path: Path): Cursor {
    return new Cursor(this.#root, [...this.#path, ...path], this.#home, this.problems);
  }

  /** The last key of the path. */
  get name(): string {
    return String(this.#path.at(-1) ?? 'the file');
  }

  get service(): string | null {
    return this.#path[0] === 'services' && this.#path.length > 1 ? String(this.#path[1]) : null;
  }

  /** Whether it is written, in the file, in `defaults` or by a preset; false for the schema's defaults. */
  get isWritten(): boolean {
    return descend(this.#root, this.#path) !== undefined;
  }

  report(problem: Problem, mark: 'value' | 'key' = 'value'): void {
    this.problems.add(locate(this.#root, this.#path)[mark], { service: this.service, ...problem });
  }

  durationMs(text: string): number {
    return this.#quantity('bad-duration', parseDuration(text));
  }

  sizeBytes(text: string): number {
    return this.#quantity('bad-size', parseSize(text));
  }

  /** A path as it is written here, absolute. */
  absolute(path: string): string {
    return resolvePath(path, locate(this.#root, this.#path).value, this.#home);
  }

  #quantity(code: string, parsed: number | QuantityProblem): number {
    if (typeof parsed === 'number') return parsed;
    this.report({ code, message: `\`${this.name}\`: ${parsed.message}`, hint: parsed.hint });
    return 0;
  }
}
