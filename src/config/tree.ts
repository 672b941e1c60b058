// What the files say, with the place of every key and value. Immutable: each step of loading makes a new tree.
import type { PlaceNode, PlaceTable } from './place.ts';
import type { Span } from './source-file.ts';

export type Tree = ScalarNode | ListNode | MapNode;
export type Scalar = string | number | boolean | null;
export type Path = readonly (string | number)[];

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** As written: `1.10` stays what it is where text is wanted. */
  readonly text: string;
  readonly span: Span;
  /** Stands for what is not known: a port whose number is not chosen yet, or a reference that was refused. */
  readonly provisional?: true;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly span: Span;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly span: Span;
}

export interface Entry {
  readonly key: Span;
  readonly node: Tree;
}

export function child(tree: Tree | undefined, key: string | number): Tree | undefined {
  if (tree?.kind === 'map') return tree.entries.get(String(key))?.node;
  return tree?.kind === 'list' ? tree.items[Number(key)] : undefined;
}

export function descend(tree: Tree | undefined, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>(child, tree);
}

export function entriesOf(tree: Tree | undefined): readonly (readonly [string, Entry])[] {
  return tree?.kind === 'map' ? [...tree.entries] : [];
}

/** The text of a scalar that is a string. */
export function stringOf(tree: Tree | undefined): string | null {
  return tree?.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : null;
}

export function withEntry(map: MapNode, key: string, node: Tree): MapNode {
  const entries = new Map(map.entries);
  entries.set(key, { key: map.entries.get(key)?.key ?? node.span, node });
  return { ...map, entries };
}

/** Plain data as a tree whose every node stands at one place. */
export function fromPlain(value: unknown, span: Span): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => fromPlain(item, span)), span };
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value: value as Scalar, text: String(value), span };
  const given = Object.entries(value).filter(([, each]) => each !== undefined);
  return { kind: 'map', entries: new Map(given.map(([key, each]) => [key, { key: span, node: fromPlain(each, span) }])), span };
}

export function toPlain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toPlain);
  // fromEntries defines own properties, also for a key such as `__proto__`.
  return Object.fromEntries([...tree.entries].map(([key, { node }]) => [key, toPlain(node)]));
}

/** A copy in which every scalar is replaced; `path` begins at the tree's root. */
export function mapScalars(tree: Tree, path: Path, change: (node: ScalarNode, path: Path) => ScalarNode): Tree {
  if (tree.kind === 'scalar') return change(tree, path);
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item, index) => mapScalars(item, [...path, index], change)) };
  const entries = [...tree.entries].map(
    ([key, entry]) => [key, { key: entry.key, node: mapScalars(entry.node, [...path, key], change) }] as const,
  );
  return { ...tree, entries: new Map(entries) };
}

/** Key and value at the path; of the nearest parent where it is not written. */
export function locate(root: Tree, path: Path): { readonly key: Span; readonly value: Span } {
  let found: { key: Span; value: Span } = { key: root.span, value: root.span };
  let node: Tree | undefined = root;
  for (const step of path) {
    const entry: Entry | undefined = node?.kind === 'map' ? node.entries.get(String(step)) : undefined;
    node = entry?.node ?? child(node, step);
    if (!node) break;
    found = { key: entry?.key ?? node.span, value: node.span };
  }
  return found;
}

/** What stands where what is around it stands is left out: it is found there. */
export function createPlaceTable(root: Tree): PlaceTable {
  const files: string[] = [];
  const placeOf = ({ source, start }: Span): PlaceNode => {
    const { file, line, col } = source.placeAt(start);
    if (!files.includes(file)) files.push(file);
    return [files.indexOf(file), line, col];
  };
  const nodeOf = (key: Span, tree: Tree): PlaceNode => {
    const own = placeOf(key);
    const children = childrenOf(tree).flatMap(([name, childKey, node]) => {
      const [file, line, col, inner] = nodeOf(childKey, node);
      const isElsewhere = file !== own[0] || line !== own[1] || col !== own[2];
      return isElsewhere || inner !== undefined ? [[name, [file, line, col, ...(inner === undefined ? [] : [inner])]]] : [];
    });
    return children.length === 0 ? own : [own[0], own[1], own[2], Object.fromEntries(children)];
  };
  return { text: JSON.stringify(nodeOf(root.span, root)), files };
}

function childrenOf(tree: Tree): (readonly [name: string, key: Span, node: Tree])[] {
  if (tree.kind === 'map') return [...tree.entries].map(([name, { key, node }]) => [name, key, node]);
  return tree.kind === 'list' ? tree.items.map((node, index) => [String(index), node.span, node]) : [];
}
