import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { findService, writeProjectText } from '../../src/cli/project-template.ts';

const nothing = { packageJson: null, hasFile: () => true };

test('the start script of package.json is taken, then its main file', () => {
  assert.equal(findService({ ...nothing, packageJson: '{"scripts":{"start":"node a.js"},"main":"b.js"}' }).line, 'node a.js');
  assert.equal(findService({ ...nothing, packageJson: '{"main":"b.js"}' }).line, 'node b.js');
});

test('a main file that is not there, as `npm init` names one, leads to the example', () => {
  assert.equal(findService({ ...nothing, packageJson: '{"main":"index.js"}', hasFile: () => false }).name, 'clock');
});

test('a package.json that does not parse, or says nothing, leads to the example', () => {
  for (const packageJson of ['{', '{}', 'null', '[]', '{"scripts":{"start":1}}'])
    assert.equal(findService({ ...nothing, packageJson }).name, 'clock');
});

test('the text is YAML that says what was found, whatever quotes it holds', () => {
  const packageJson = JSON.stringify({ scripts: { start: 'sh -c \'echo "a: b" # c\'' } });
  const parsed = parse(writeProjectText('My Shop!', findService({ ...nothing, packageJson }))) as {
    version: number;
    name: string;
    services: Record<string, { command: string[] }>;
  };
  assert.equal(parsed.version, 1);
  assert.equal(parsed.name, 'my-shop');
  assert.deepEqual(parsed.services.app?.command, ['sh', '-c', 'echo "a: b" # c']);
});

test("the shell's own ${…} is not omniroute's", () => {
  const packageJson = '{"scripts":{"start":"serve ${PORT:-80}"}}';
  assert.match(writeProjectText('shop', findService({ ...nothing, packageJson })), /shell: "serve \$\$\{PORT:-80\}"/);
});

test('a start script finds the programs of its packages, as under npm', () => {
  const env = /env: \{PATH: "\$\{project\.dir\}\/node_modules\/\.bin:\$\{env\.PATH\}"\}/;
  assert.match(writeProjectText('shop', findService({ ...nothing, packageJson: '{"scripts":{"start":"next start"}}' })), env);
  assert.doesNotMatch(writeProjectText('shop', findService({ ...nothing, packageJson: '{"main":"b.js"}' })), env);
});

test('words that YAML would take for something else are quoted', () => {
  const packageJson = JSON.stringify({ scripts: { start: 'serve true 80 -p 80 --name=a:b "a, b" ./x.js' } });
  const parsed = parse(writeProjectText('shop', findService({ ...nothing, packageJson }))) as { services: { app: { command: unknown } } };
  assert.deepEqual(parsed.services.app.command, ['serve', 'true', '80', '-p', '80', '--name=a:b', 'a, b', './x.js']);
});

test('a folder whose name has nothing usable still gives a name', () => {
  assert.match(writeProjectText('日本', findService(nothing)), /^name: project$/m);
  assert.match(writeProjectText('.config', findService(nothing)), /^name: config$/m);
  assert.match(writeProjectText('x'.repeat(200), findService(nothing)), /^name: x{64}$/m);
});
