import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { findServices, writeProjectText } from '../../src/cli/project-template.ts';

const nothing = { packageJson: null, procfile: null, hasFile: () => true };

test('each line of a Procfile becomes a service, comments and noise do not', () => {
  const procfile = '# processes\nweb: node server.js --port "$PORT"\n\nworker:  ruby work.rb  \nnot a line\n';
  assert.deepEqual(
    findServices({ ...nothing, procfile }).map(({ name, shell }) => [name, shell]),
    [
      ['web', 'node server.js --port "$PORT"'],
      ['worker', 'ruby work.rb'],
    ],
  );
});

test('without a Procfile the start script of package.json is taken, then its main file', () => {
  assert.equal(findServices({ ...nothing, packageJson: '{"scripts":{"start":"node a.js"},"main":"b.js"}' })[0]?.shell, 'node a.js');
  assert.equal(findServices({ ...nothing, packageJson: '{"main":"b.js"}' })[0]?.shell, 'node b.js');
});

test('a main file that is not there, as `npm init` names one, leads to the example', () => {
  assert.equal(findServices({ ...nothing, packageJson: '{"main":"index.js"}', hasFile: () => false })[0]?.name, 'clock');
});

test('a package.json that does not parse, or says nothing, leads to the example', () => {
  for (const packageJson of ['{', '{}', 'null', '[]', '{"scripts":{"start":1}}'])
    assert.equal(findServices({ ...nothing, packageJson })[0]?.name, 'clock');
});

test('the text is YAML that says what was found, whatever quotes it holds', () => {
  const services = findServices({ ...nothing, procfile: 'web: sh -c \'echo "a: b" # c\'' });
  const parsed = parse(writeProjectText('My Shop!', services)) as {
    version: number;
    name: string;
    services: Record<string, { shell: string }>;
  };
  assert.equal(parsed.version, 1);
  assert.equal(parsed.name, 'my-shop');
  assert.equal(parsed.services.web?.shell, 'sh -c \'echo "a: b" # c\'');
});

test("the shell's own ${…} is not omniroute's", () => {
  assert.match(
    writeProjectText('shop', findServices({ ...nothing, procfile: 'web: serve ${PORT:-80}' })),
    /shell: "serve \$\$\{PORT:-80\}"/,
  );
});

test("a name that comes twice is one service, and the name of omniroute's own log is not taken", () => {
  const names = findServices({ ...nothing, procfile: 'web: a\nweb: b\nsupervisor: c\n' }).map(({ name, shell }) => `${name}=${shell}`);
  assert.deepEqual(names, ['web=b', 'supervisor-app=c']);
});

test('a folder whose name has nothing usable still gives a name', () => {
  assert.match(writeProjectText('日本', findServices(nothing)), /^name: project$/m);
  assert.match(writeProjectText('.config', findServices(nothing)), /^name: config$/m);
  assert.match(writeProjectText('x'.repeat(200), findServices(nothing)), /^name: x{64}$/m);
});
