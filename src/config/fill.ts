// Every string of the project with its references filled in; what is text stays as it was written.
import { interpolate, type Scope } from './interpolate.ts';
import type { Problems } from './problems.ts';
import { type MapNode, mapScalars, type Path, type ScalarNode, type Tree } from './tree.ts';

/** Read before there is anything to fill in, or meant for something else. */
const UNTOUCHED = /^(x-.*|include|defaults)$/;

export function fillReferences(root: MapNode, scope: Scope, problems: Problems): MapNode {
  const entries = [...root.entries].map(
    ([key, { key: span, node }]) =>
      [key, { key: span, node: UNTOUCHED.test(key) ? node : fillTree(node, [key], scope, problems) }] as const,
  );
  return { ...root, entries: new Map(entries) };
}

export function fillTree(tree: Tree, path: Path, scope: Scope, problems: Problems): Tree {
  return mapScalars(tree, path, (node, at) => keepText(at.some(isFree) ? node : interpolate(node, at, scope, problems), at));
}

function isFree(step: string | number): boolean {
  return typeof step === 'string' && step.startsWith('x-');
}

// `VERSION: 1.10` and `[python, 3.10]` mean these very characters.
function keepText(node: ScalarNode, path: Path): ScalarNode {
  const isText = typeof node.value === 'number' || typeof node.value === 'boolean';
  return isText && isTextual(path) ? { ...node, value: node.text } : node;
}

function isTextual(path: Path): boolean {
  if (path.length === 2) return path[0] === 'env';
  return (
    path.length >= 4 &&
    (path.at(-2) === 'command' || (path.length === 4 && path[2] === 'env') || (path[2] === 'hooks' && path.at(-2) !== 'hooks'))
  );
}
