// One key of the file that is being imported: its value is read here, and what is wrong or lost with it is told here.
import type { Problems } from '../config/problems.ts';
import type { Span } from '../config/source-file.ts';
import { didYouMean } from '../config/suggestion.ts';
import { entriesOf, type Tree } from '../config/tree.ts';

/** What becomes of a key. */
export type Rule = (field: Field) => void;
/** By key; a key that is in none is told to be unknown. */
export type Rules = Readonly<Record<string, Rule>>;

interface Place {
  readonly problems: Problems;
  /** As it is called in the result. */
  readonly service: string | null;
}

/** The name of what has no key. */
export const WHOLE = 'the file';

export class Field {
  readonly name: string;
  readonly node: Tree;
  readonly key: Span;
  readonly place: Place;

  constructor(name: string, entry: { readonly key: Span; readonly node: Tree }, place: Place) {
    this.name = name;
    this.node = entry.node;
    this.key = entry.key;
    this.place = place;
  }

  /** The same value, told of as part of this service. */
  of(service: string): Field {
    return new Field(this.name, this, { ...this.place, service });
  }

  get isEmpty(): boolean {
    return this.node.kind === 'scalar' && this.node.value === null;
  }

  /** Numbers and booleans as they are written. */
  text(): string | undefined {
    if (this.node.kind === 'scalar' && this.node.value !== null)
      return typeof this.node.value === 'string' ? this.node.value : this.node.text;
    return this.wrong('must be text');
  }

  /** A whole number, also one in quotes. */
  number(): number | undefined {
    const text = this.node.kind === 'scalar' ? String(this.node.value) : '';
    if (/^\d+$/.test(text)) return Number(text);
    if (text.includes('$')) return this.lost('it is known only once a variable is', 'write the number');
    return this.wrong('must be a whole number');
  }

  /** YAML 1.1, which most of these formats are read with, has more words for it. */
  flag(): boolean | undefined {
    const text = this.node.kind === 'scalar' ? String(this.node.value).toLowerCase() : '';
    if (['true', 'yes', 'on', '1'].includes(text)) return true;
    if (['false', 'no', 'off', '0'].includes(text)) return false;
    return this.wrong('must be true or false');
  }

  /** A list, or one for itself. */
  texts(): string[] {
    if (this.node.kind !== 'list') return [this.text() ?? []].flat();
    return this.items().flatMap((item) => item.text() ?? []);
  }

  items(): Field[] {
    if (this.node.kind === 'list') return this.node.items.map((node) => new Field(this.name, { key: node.span, node }, this.place));
    if (!this.isEmpty) this.wrong('must be a list');
    return [];
  }

  fields(): Field[] {
    if (this.node.kind !== 'map' && !this.isEmpty) this.wrong('must be a map of keys');
    return entriesOf(this.node).map(([name, entry]) => new Field(name, entry, this.place));
  }

  field(name: string): Field | undefined {
    return this.fields().find((field) => field.name === name && !field.isEmpty);
  }

  /** Every key by its rule. A key without a value says nothing. */
  follow(rules: Rules, known: string): void {
    for (const field of this.fields()) {
      const rule = Object.hasOwn(rules, field.name) ? rules[field.name] : undefined;
      if (rule === undefined && !field.name.startsWith('x-')) field.unknown(known, Object.keys(rules));
      else if (!field.isEmpty) rule?.(field);
    }
  }

  unknown(known: string, names: readonly string[]): void {
    this.#tell('unknown-key', 'warning', `\`${this.name}\` is not a key of ${known}${didYouMean(this.name, names)}`, 'it is left out');
  }

  /** A warning: it has no counterpart, and why. */
  lost(why: string, hint: string | null = null): undefined {
    this.#tell('not-carried', 'warning', `\`${this.name}\` is not carried over: ${why}`, hint);
  }

  /** A warning: it is carried over, but not as it was. */
  changed(what: string, hint: string | null = null): void {
    this.#tell('changed', 'warning', `\`${this.name}\`: ${what}`, hint);
  }

  wrong(what: string, hint: string | null = null): undefined {
    const text = this.node.kind === 'scalar' ? `, not \`${this.node.text}\`` : '';
    const called = this.name === WHOLE ? WHOLE : `\`${this.name}\``;
    this.#tell('wrong-type', 'error', `${called} ${what}${text}`, hint, this.isEmpty ? this.key : this.node.span);
  }

  #tell(code: string, severity: 'warning' | 'error', message: string, hint: string | null, span = this.key): void {
    this.place.problems.add(span, { code, severity, message, hint, service: this.place.service });
  }
}

/** The rule of a key that has no counterpart. */
export function without(why: string, hint: string | null = null): Rule {
  return (field) => field.lost(why, hint);
}

/** The rule of a key that means nothing outside of its own format, such as its version. */
export const meaningless: Rule = () => {};
