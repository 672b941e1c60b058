// One tree over another: maps merge, everything else is replaced, `null` removes.
import type { Entry, MapNode, Tree } from './tree.ts';

/** Ways of saying the same: one that is given takes the place of the other. */
const ALTERNATIVES: Readonly<Record<string, string>> = { command: 'shell', shell: 'command', match: 'any_of', any_of: 'match' };

export function mergeTrees(base: Tree, over: Tree): Tree {
  return base.kind === 'map' && over.kind === 'map' ? mergeMaps(base, over) : over;
}

export function mergeMaps(base: MapNode, over: MapNode): MapNode {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, entry] of over.entries) {
    const before = base.entries.get(key);
    const alternative = Object.hasOwn(ALTERNATIVES, key) ? (ALTERNATIVES[key] as string) : null;
    if (alternative !== null && !over.entries.has(alternative)) entries.delete(alternative);
    if (isNull(entry.node) && before) entries.delete(key);
    else entries.set(key, before ? { key: entry.key, node: mergeTrees(before.node, entry.node) } : entry);
  }
  return { kind: 'map', entries, span: over.span };
}

function isNull(node: Tree): boolean {
  return node.kind === 'scalar' && node.value === null;
}
