// docs/presets.md says of each preset what it stands for; loaded, the two are the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { PRESETS } from '../../src/config/presets/presets.ts';
import { loadGood } from '../config/load-text.ts';

type Services = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const blocks = Array.from(readFileSync('docs/presets.md', 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms), ([, text]) => text as string);
const written = blocks.map((text) => (parse(text) as { services: Services }).services);

/** One file of all; on request, since this machine need not have the programs. */
function asFile(services: readonly Services[]): string {
  const all = Object.assign({}, ...services) as Services;
  return stringify({ name: 'presets', state_dir: '/nowhere', profiles: { all: Object.keys(all) }, services: all });
}

for (const name of Object.keys(PRESETS)) {
  test(`${name} stands for what is said of it`, (t) => {
    const isUse = (services: Services): boolean => services[name]?.['uses'] === name;
    const uses = written.filter((services) => Object.values(services)[0]?.['uses'] !== undefined);
    const standsFor = written.filter((services) => name in services && !isUse(services));
    assert.deepEqual([uses.filter(isUse).length, standsFor.length], [1, 1]);
    const specOf = (file: string): unknown => {
      const { project } = loadGood(t, file);
      return JSON.parse(JSON.stringify(project.services[name]).replaceAll(new RegExp(`${project.dir}/?`, 'g'), './'));
    };
    // What it depends on may be another preset.
    assert.deepEqual(specOf(asFile([...uses, ...standsFor])), specOf(asFile(uses)));
  });
}
