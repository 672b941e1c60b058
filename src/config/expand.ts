// Every service whole: `defaults`, under its preset, under its own keys.
import { mergeMaps } from './merge.ts';
import type { Preset } from './preset.ts';
import { readOptions } from './preset-options.ts';
import { PRESETS } from './presets/presets.ts';
import type { Problems } from './problems.ts';
import { writeOutEnvFiles, writeOutService } from './shorthand.ts';
import { didYouMean } from './suggestion.ts';
import { child, entriesOf, fromPlain, type MapNode, stringOf, type Tree, withEntry } from './tree.ts';

export function expandServices(root: MapNode, home: string, problems: Problems): MapNode {
  const defaults = child(root, 'defaults');
  const base = defaults?.kind === 'map' ? writeOutService(defaults) : null;
  const envFiles = child(root, 'env_file');
  let expanded = envFiles ? withEntry(root, 'env_file', writeOutEnvFiles(envFiles)) : root;
  if (base) expanded = withEntry(expanded, 'defaults', base);
  const services = child(root, 'services');
  if (services?.kind !== 'map') return expanded;
  const entries = [...services.entries].map(
    ([name, { key, node }]) => [name, { key, node: expandService(name, node, base, home, problems) }] as const,
  );
  return withEntry(expanded, 'services', { ...services, entries: new Map(entries) });
}

function expandService(name: string, node: Tree, base: MapNode | null, home: string, problems: Problems): Tree {
  if (node.kind !== 'map') return node;
  const own = writeOutService(node);
  const above = base ? mergeMaps(base, own) : own;
  const ready = buildPreset(name, above, home, problems);
  if (ready === null) return above;
  return keepPresetRules(mergeMaps(base ? mergeMaps(base, ready) : ready, own), own, ready);
}

/** A service's own crash rules come before those of its preset, and take the place of the ones they share a name with; an empty list removes all. */
function keepPresetRules(merged: MapNode, own: MapNode, preset: MapNode): MapNode {
  const [mine, theirs] = [child(own, 'crash_rules'), child(preset, 'crash_rules')];
  if (mine?.kind !== 'list' || theirs?.kind !== 'list' || mine.items.length === 0) return merged;
  const names = new Set(mine.items.map((rule) => stringOf(child(rule, 'name'))));
  const kept = theirs.items.filter((rule) => !names.has(stringOf(child(rule, 'name'))));
  return withEntry(merged, 'crash_rules', { ...mine, items: [...mine.items, ...kept] });
}

function buildPreset(service: string, node: MapNode, home: string, problems: Problems): MapNode | null {
  const uses = child(node, 'uses');
  const name = stringOf(uses);
  const given = child(node, 'with');
  if (!uses || name === null) {
    const key = entriesOf(node).find(([each]) => each === 'with')?.[1].key;
    if (key && !uses) problems.add(key, { code: 'no-preset', message: '`with` gives options to a preset, but `uses` names none', service });
    return null;
  }
  const preset = findPreset(name);
  if (!preset) {
    const names = Object.keys(PRESETS);
    const message = `there is no preset \`${name}\`${didYouMean(name, names)}`;
    problems.add(uses.span, { code: 'unknown-preset', message, hint: `presets: ${names.join(', ')}`, service });
    return null;
  }
  if (given && given.kind !== 'map') return null;
  const values = readOptions(preset, { given, at: uses.span, service, home }, problems);
  if (values === null) return null;
  return writeOutService(fromPlain(preset.build(values, { service }), uses.span) as MapNode);
}

export function findPreset(name: string): Preset | undefined {
  return Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
}
