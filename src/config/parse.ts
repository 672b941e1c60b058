// From text to a tree: YAML 1.2 (and so JSON), one document, every alias followed within a budget.
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Parser,
  type Scalar as YamlScalar,
} from 'yaml';
import type { Problems } from './problems.ts';
import type { SourceFile, Span } from './source-file.ts';
import type { Entry, MapNode, Scalar, ScalarNode, Tree } from './tree.ts';

/** Aliases of aliases grow exponentially; nobody writes this many nodes. */
const MAX_NODES = 250_000;
const MAX_DEPTH = 64;

/** The tree of a project file, or null with everything that is wrong with its text in `problems`. */
export function parseSource(source: SourceFile, problems: Problems): MapNode | null {
  const root = parseTree(source, problems, 'a project needs at least `services:` with one service');
  if (root === null || root.kind === 'map') return root;
  return fail(problems, { ...root.span, end: root.span.start + 1 }, 'wrong-type', 'the file must be a map of keys such as `services:`');
}

/** The tree of any YAML or JSON text; `emptyHint` says what it should hold. */
export function parseTree(source: SourceFile, problems: Problems, emptyHint: string): Tree | null {
  const contents = composeDocument(source, problems, emptyHint);
  return contents === null ? null : new TreeBuilder(source, problems).buildRoot(contents);
}

function composeDocument(source: SourceFile, problems: Problems, emptyHint: string): Node | null {
  const whole = { source, start: 0, end: 0 };
  const tokens = [...new Parser().parse(source.text)];
  const deep = findTooDeep(tokens);
  if (deep !== null) return fail(problems, { source, start: deep, end: deep + 1 }, 'too-deep', `nested more than ${MAX_DEPTH} levels deep`);
  const composer = new Composer({ version: '1.2', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const [document, second] = [...composer.compose(tokens, true, source.text.length)] as Document.Parsed[];
  // What follows the first syntax error is mostly its consequence.
  const [error] = document?.errors ?? [];
  if (error) {
    const start = Math.min(error.pos[0], Math.max(0, source.text.trimEnd().length - 1));
    return fail(problems, { source, start, end: error.pos[1] }, 'syntax', describeSyntax(error.message));
  }
  if (second)
    return fail(
      problems,
      { source, start: second.range[0], end: second.range[0] + 3 },
      'syntax',
      'a second document begins here: one file is one document',
    );
  const [tag] = document?.warnings ?? [];
  if (tag)
    return fail(
      problems,
      { source, start: tag.pos[0], end: tag.pos[1] },
      'unknown-tag',
      'tags other than those of YAML 1.2 mean nothing here',
      'remove it',
    );
  const contents = document?.contents ?? null;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  return isEmpty ? fail(problems, whole, 'empty', 'the file is empty', emptyHint) : contents;
}

/**
 * Where nesting goes too deep, or null. Asked before composing, which recurses: V8 ends the whole process when a regular
 * expression is compiled with the stack nearly full, so the overflow could not even be caught.
 */
function findTooDeep(tokens: readonly CST.Token[]): number | null {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return token.offset;
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      for (const inner of [key, value]) if (inner) open.push({ token: inner, depth: depth + 1 });
    }
  }
  return null;
}

function fail(problems: Problems, span: Span, code: string, message: string, hint: string | null = null): null {
  problems.add(span, { code, message, hint });
  return null;
}

function describeSyntax(message: string): string {
  return message.replace(/ at line \d+, column \d+.*$/s, '').replace(/^./, (first) => first.toLowerCase());
}

class Stop extends Error {}

class TreeBuilder {
  readonly #source: SourceFile;
  readonly #anchors = new Map<string, Node>();
  readonly #problems: Problems;
  readonly #open = new Set<Node>();
  #nodes = 0;
  /** The alias being followed, where it is not inside another one. */
  #outerAlias: Span | null = null;

  constructor(source: SourceFile, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  buildRoot(contents: Node): Tree | null {
    try {
      return this.#build(contents, 0);
    } catch (error) {
      if (error instanceof Stop) return null;
      throw error;
    }
  }

  #build(node: Node | null, depth: number, at?: Span): Tree {
    const span = node === null ? (at as Span) : this.#span(node);
    if (++this.#nodes > MAX_NODES && this.#outerAlias)
      this.#stop(this.#outerAlias, 'alias-bomb', `its aliases unfold to more than ${MAX_NODES} values`);
    if (depth > MAX_DEPTH) this.#stop(span, 'too-deep', `nested more than ${MAX_DEPTH} levels deep`);
    if (node !== null && isAlias(node)) return this.#follow(node.source, span, depth);
    if (node !== null && 'anchor' in node && node.anchor) this.#anchors.set(node.anchor, node);
    if (node === null || isScalar(node)) return this.#scalar(node, span);
    this.#open.add(node);
    const built = isMap(node) ? this.#map(node.items as Pair<Node, Node | null>[], span, depth) : this.#list(node, span, depth);
    this.#open.delete(node);
    return built;
  }

  #follow(anchor: string, span: Span, depth: number): Tree {
    const target = this.#anchors.get(anchor);
    if (!target) this.#stop(span, 'unknown-alias', `there is no anchor \`&${anchor}\` above this alias`);
    if (this.#open.has(target)) this.#stop(span, 'cyclic-alias', `the alias \`*${anchor}\` stands inside what it names`);
    const outer = this.#outerAlias;
    this.#outerAlias ??= span;
    const built = this.#build(target, depth + 1);
    this.#outerAlias = outer;
    return built;
  }

  #scalar(node: YamlScalar | null, span: Span): ScalarNode {
    const value = node?.value ?? null;
    const text = node?.source ?? String(value);
    return { kind: 'scalar', value: (typeof value === 'bigint' ? Number(value) : value) as Scalar, text, span };
  }

  #list(node: Node, span: Span, depth: number): Tree {
    const items = isSeq(node) ? (node.items as Node[]) : [];
    return { kind: 'list', items: items.map((item) => this.#build(item, depth + 1, span)), span };
  }

  #map(pairs: Pair<Node, Node | null>[], span: Span, depth: number): MapNode {
    const own = new Map<string, Entry>();
    const merged: MapNode[] = [];
    for (const pair of pairs) {
      const key = this.#span(pair.key);
      const name = this.#keyName(pair.key, key);
      const node = this.#build(pair.value, depth + 1, key);
      if (name === '<<' && (pair.key as YamlScalar).type === 'PLAIN') merged.push(...this.#merged(node, key));
      else if (own.has(name)) this.#problems.add(key, { code: 'duplicate-key', message: `\`${name}\` stands here a second time` });
      else own.set(name, { key, node });
    }
    if (merged.length === 0) return { kind: 'map', entries: own, span };
    // The map's own keys win over merged ones, an earlier merged map over a later one.
    const entries = new Map(merged.reverse().flatMap((map) => [...map.entries]));
    for (const [name, entry] of own) entries.set(name, entry);
    return { kind: 'map', entries, span };
  }

  #merged(node: Tree, key: Span): MapNode[] {
    const maps = node.kind === 'list' ? node.items : [node];
    const wrong = maps.find((map) => map.kind !== 'map');
    if (wrong) this.#problems.add(key, { code: 'wrong-type', message: '`<<` merges maps: it needs an alias of a map, or a list of them' });
    return maps.filter((map) => map.kind === 'map');
  }

  #keyName(node: Node, span: Span): string {
    if (isAlias(node))
      return this.#keyName(this.#anchors.get(node.source) ?? this.#stop(span, 'unknown-alias', 'there is no such anchor above'), span);
    if (!isScalar(node) || node.value === null) this.#stop(span, 'wrong-type', 'a key must be text');
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  #span(node: Node): Span {
    const [start, end] = node.range ?? [0, 0];
    return { source: this.#source, start, end };
  }

  #stop(span: Span, code: string, message: string): never {
    this.#problems.add(span, { code, message });
    throw new Stop();
  }
}
