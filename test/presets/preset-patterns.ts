// Every pattern of a built preset, by the path of its key, so that the tests match real output with what users get.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ServiceFile } from '../../src/config/file.ts';
import type { PresetValues } from '../../src/config/preset.ts';
import { PRESETS } from '../../src/config/presets/presets.ts';

export function buildPreset(name: string, given: PresetValues = {}): ServiceFile {
  const preset = PRESETS[name];
  if (!preset) throw new Error(`there is no preset ${name}`);
  const defaults = Object.entries(preset.options).flatMap(([key, option]) => (option.default === undefined ? [] : [[key, option.default]]));
  return preset.build({ ...Object.fromEntries(defaults), ...given }, { service: 'tunnel/example' });
}

/** `readiness.log`, `readiness.fail_on`, `outputs.NAME` and `rule NAME`, each with its expressions. */
export function patternsOf(service: ServiceFile): Map<string, RegExp[]> {
  const patterns = new Map<string, RegExp[]>();
  if (service.readiness?.log) patterns.set('readiness.log', [new RegExp(service.readiness.log.match)]);
  if (service.readiness?.fail_on)
    patterns.set(
      'readiness.fail_on',
      service.readiness.fail_on.map((source) => new RegExp(source)),
    );
  for (const [name, output] of Object.entries(service.outputs ?? {})) patterns.set(`outputs.${name}`, [new RegExp(output.match)]);
  for (const rule of service.crash_rules ?? []) patterns.set(`rule ${rule.name}`, [new RegExp(rule.when.log?.match ?? '(?!)')]);
  return patterns;
}

/** What each pattern captures in the lines, in their order: its first group, else the whole match. Patterns without a match are absent. */
export function capturesIn(lines: readonly string[], patterns: Map<string, RegExp[]>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [key, expressions] of patterns) {
    const captures = lines.flatMap((line) => {
      const match = expressions.map((expression) => expression.exec(line)).find((result) => result !== null);
      return match ? [match[1] ?? match[0]] : [];
    });
    if (captures.length > 0) found[key] = captures;
  }
  return found;
}

/** Lines of captured output; those that begin with `#` are notes about where it comes from. */
export function fixtureLines(name: string): string[] {
  const text = readFileSync(resolve('test/fixtures', name), 'utf8');
  return text.split('\n').filter((line) => !line.startsWith('#'));
}
