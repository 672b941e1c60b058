import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderDiagnostics } from '../../src/config/diagnostic.ts';
import { loadProject } from '../../src/config/load.ts';
import { createFolder } from './load-text.ts';

const GOOD = `name: p
env: {A: b}
profiles: {x: [b]}
defaults: {stop: {grace_period: 5s}}
services:
  a: &a
    command: [node, "\${ports.http}"]
    ports: {http: 80}
    readiness: {http: {url: "http://127.0.0.1:\${ports.http}/"}, fail_on: [x]}
    restart: {backoff: {max: 5s}, max_crashes: 3}
    crash_rules: [{name: r, when: {log: {any_of: [a, b], at_least: 2}}, then: [{disable: b}], at_most: 1 per 5m}]
    outputs: {url: {match: "u(.*)"}}
    hooks: {pre_start: node x}
  b:
    uses: cloudflared
    with: {url: "\${services.a.outputs.url}"}
    depends_on: [a]
    memory: {soft: 1GiB}
`;
const FRAGMENTS = [
  'null',
  '{}',
  '[]',
  '-1',
  '1e999',
  '.nan',
  '~',
  '*a',
  '&a ',
  '<<: *a',
  '"',
  "'",
  ': ',
  '- ',
  '? ',
  '\n',
  '  ',
  '\t',
  '${',
  '${env.}',
  '${services.a.ports.x}',
  '!!binary x',
  '\u0000',
  '__proto__',
  'constructor',
  '0x',
  '|\n',
  '%',
  '@',
  '---\n',
  '2001-01-01',
  '\ud83d',
];

interface Cut {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const cut = fc.record({
  at: fc.nat(GOOD.length),
  length: fc.nat(12),
  text: fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 6 })),
});

test('no text whatever makes the loader throw, and what it refuses it can show', (t) => {
  const dir = createFolder(t, {});
  const file = join(dir, 'omniroute.yaml');
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts: Cut[]) => {
      writeFileSync(
        file,
        cuts.reduce((text, { at, length, text: inserted }) => text.slice(0, at) + inserted + text.slice(at + length), GOOD),
      );
      const result = loadProject({ files: [file], env: { PATH: '' }, autoPorts: {}, home: dir });
      const diagnostics = result.ok ? result.loaded.warnings : result.diagnostics;
      if (!result.ok) assert.ok(diagnostics.some(({ severity }) => severity === 'error'));
      assert.equal(typeof renderDiagnostics(diagnostics, { color: true, cwd: dir }), 'string');
    }),
    { numRuns: 400 },
  );
});

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, -1, 1.5, '', 'a', '5s', '1GiB', '${env.X:-1}', 'self'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('map'),
  ),
  map: fc.dictionary(
    fc.constantFrom('a', 'b', 'command', 'shell', 'http', 'url', 'match', 'when', 'then', 'log', 'path', 'x-y', 'condition', '__proto__'),
    tie('value'),
    { maxKeys: 4 },
  ),
})).value;
const keys = [
  'uses',
  'with',
  'type',
  'command',
  'shell',
  'cwd',
  'env',
  'env_file',
  'inherit_env',
  'ports',
  'readiness',
  'liveness',
  'restart',
  'success_exit',
  'stop',
  'memory',
  'crash_rules',
  'outputs',
  'watch',
  'hooks',
  'depends_on',
];

test('no value whatever at any key makes the loader throw', (t) => {
  const dir = createFolder(t, {});
  const file = join(dir, 'omniroute.json');
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 5 }),
      fc.constantFrom('services', 'defaults', 'profiles', 'include', 'env', 'logs'),
      value,
      (service, key, other) => {
        writeFileSync(
          file,
          JSON.stringify({ services: { a: service, b: { command: 'node' } }, ...(key === 'services' ? {} : { [key]: other }) }),
        );
        loadProject({ files: [file], env: {}, autoPorts: {}, home: dir });
      },
    ),
    { numRuns: 400 },
  );
});

test('a thousand services are loaded', (t) => {
  const services = Array.from(
    { length: 1000 },
    (_, i) =>
      `  s${i}: {command: [node, a.js], ports: {http: ${i + 1}}, depends_on: [${i === 0 ? '' : `s${i - 1}`}], restart: {max_crashes: 3}}`,
  );
  const dir = createFolder(t, { 'omniroute.yaml': `services:\n${services.join('\n')}\n` });
  const result = loadProject({ files: [join(dir, 'omniroute.yaml')], env: { PATH: process.env['PATH'] }, autoPorts: {}, home: dir });
  assert.ok(result.ok);
  assert.equal(Object.keys(result.loaded.project.services).length, 1000);
});
