import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { findService, writeProjectText } from '../../src/cli/project-template.ts';

const nothing = { packageJson: null, hasFile: () => true };

test('the start script of package.json is taken, then its main file', () => {
  assert.equal(findService({ ...nothing, packageJson: '{"scripts":{"start":"node a.js"},"main":"b.js"}' }).shell, 'node a.js');
  assert.equal(findService({ ...nothing, packageJson: '{"main":"b.js"}' }).shell, 'node b.js');
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
    services: Record<string, { shell: string }>;
  };
  assert.equal(parsed.version, 1);
  assert.equal(parsed.name, 'my-shop');
  assert.equal(parsed.services.app?.shell, 'sh -c \'echo "a: b" # c\'');
});

test("the shell's own ${…} is not omniroute's", () => {
  const packageJson = '{"scripts":{"start":"serve ${PORT:-80}"}}';
  assert.match(writeProjectText('shop', findService({ ...nothing, packageJson })), /shell: "serve \$\$\{PORT:-80\}"/);
});

test('a folder whose name has nothing usable still gives a name', () => {
  assert.match(writeProjectText('日本', findService(nothing)), /^name: project$/m);
  assert.match(writeProjectText('.config', findService(nothing)), /^name: config$/m);
  assert.match(writeProjectText('x'.repeat(200), findService(nothing)), /^name: x{64}$/m);
});
