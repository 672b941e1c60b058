// Short ways of writing, written out: every later step knows one form only.
import type { HookName } from '../spec.ts';
import { child, entriesOf, type MapNode, type Tree, withEntry } from './tree.ts';

export const HOOK_NAMES: readonly HookName[] = ['pre_start', 'post_ready', 'pre_stop', 'post_exit'];

/** A service, or `defaults`, in the long form. What is of no known form is left as it is, for the schema to refuse. */
export function writeOutService(service: MapNode): MapNode {
  const changes: Record<string, (node: Tree) => Tree> = {
    restart: (node) => writeOutScalar('policy', node),
    instances: (node) => writeOutScalar('count', node),
    schedule: (node) => writeOutScalar('cron', node),
    depends_on: writeOutDependencies,
    env_file: writeOutEnvFiles,
    hooks: writeOutHooks,
  };
  return Object.entries(changes).reduce((map, [key, change]) => {
    const node = child(map, key);
    return node ? withEntry(map, key, change(node)) : map;
  }, service);
}

function writeOutScalar(key: string, node: Tree): Tree {
  return node.kind === 'scalar' && node.value !== null ? wrap(key, node) : node;
}

function writeOutDependencies(node: Tree): Tree {
  if (node.kind !== 'list' || !node.items.every((item) => item.kind === 'scalar' && typeof item.value === 'string')) return node;
  const entries = node.items.map((item) => {
    const name = item.kind === 'scalar' ? String(item.value) : '';
    return [name, { key: item.span, node: { kind: 'map', entries: new Map(), span: item.span } as MapNode }] as const;
  });
  return { kind: 'map', entries: new Map(entries), span: node.span };
}

/** `a`, `[a, {path: b}]` → `[{path: a}, {path: b}]`. */
export function writeOutEnvFiles(node: Tree): Tree {
  const list =
    node.kind === 'scalar' && typeof node.value === 'string' ? ({ kind: 'list', items: [node], span: node.span } as const) : node;
  if (list.kind !== 'list') return list;
  return {
    ...list,
    items: list.items.map((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? wrap('path', item) : item)),
  };
}

function writeOutHooks(node: Tree): Tree {
  if (node.kind !== 'map') return node;
  return entriesOf(node).reduce((map, [name, { node: hook }]) => {
    const short =
      (HOOK_NAMES as readonly string[]).includes(name) &&
      (hook.kind === 'list' || (hook.kind === 'scalar' && typeof hook.value === 'string'));
    return short ? withEntry(map, name, wrap('command', hook)) : map;
  }, node);
}

function wrap(key: string, node: Tree): MapNode {
  return { kind: 'map', entries: new Map([[key, { key: node.span, node }]]), span: node.span };
}
