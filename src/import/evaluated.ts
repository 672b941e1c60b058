// What a JavaScript file exported, as a tree: each key stands where the text first names it after the key around it.
import type { SourceFile, Span } from '../config/source-file.ts';
import type { Entry, Scalar, Tree } from '../config/tree.ts';

export function locateEvaluated(value: unknown, source: SourceFile): Tree {
  return new Locator(source).build(value, { source, start: 0, end: 0 });
}

class Locator {
  readonly #source: SourceFile;
  /** Behind the last key that was found: keys stand in the order in which they were written. */
  #from = 0;

  constructor(source: SourceFile) {
    this.#source = source;
  }

  build(value: unknown, span: Span): Tree {
    if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => this.build(item, this.#next(span))), span };
    if (typeof value !== 'object' || value === null) return { kind: 'scalar', value: (value ?? null) as Scalar, text: String(value), span };
    const entries = Object.entries(value).map(([name, each]): [string, Entry] => {
      const key = this.#find(name, span);
      return [name, { key, node: this.build(each, key) }];
    });
    return { kind: 'map', entries: new Map(entries), span };
  }

  /** Of a computed key there is no text: it stands where what is around it does. */
  #find(name: string, around: Span): Span {
    const pattern = new RegExp(`(?<![\\w.$])(["'\`]?)${name.replace(/[^\w]/g, '\\$&')}\\1\\s*[:,}]`, 'g');
    pattern.lastIndex = this.#from;
    const found = pattern.exec(this.#source.text);
    if (found === null) return around;
    this.#from = found.index + found[0].length;
    return { source: this.#source, start: found.index, end: found.index + name.length };
  }

  #next(around: Span): Span {
    const start = Math.max(around.start, this.#source.text.indexOf('{', this.#from));
    return { source: this.#source, start, end: start + 1 };
  }
}
