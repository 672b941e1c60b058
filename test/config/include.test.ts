import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadProject } from '../../src/config/load.ts';
import { createFolder, loadFiles, loadGood } from './load-text.ts';

test('this file wins over what it includes, and a later include over an earlier one', (t) => {
  const { services } = loadGood(t, {
    'omniroute.yaml': 'include: [one.yaml, two.yaml]\nservices: {a: {env: {C: main}}}\n',
    'one.yaml': 'services: {a: {command: [node, one], env: {A: one, B: one, C: one}}}\n',
    'two.yaml': 'services: {a: {command: [node, two], env: {B: two, C: two}}}\n',
  }).project;
  assert.deepEqual(services['a']?.command, ['node', 'two']);
  assert.deepEqual(services['a']?.env, { A: 'one', B: 'two', C: 'main' });
});

test('`null` removes what an included file has set', (t) => {
  const { services } = loadGood(t, {
    'omniroute.yaml': 'include: base.yaml\nservices: {a: {liveness: null}, b: null}\n',
    'base.yaml': 'services: {a: {command: node, liveness: {tcp: {port: 80}}}, b: {command: node}}\n',
  }).project;
  assert.deepEqual(Object.keys(services), ['a']);
  assert.equal(services['a']?.liveness, null);
});

test('`null` where there is nothing to remove is a value forgotten', (t) => {
  const { lines } = loadFiles(t, 'services: {a: {command: node, liveness: null}}\n');
  assert.equal(lines[0], 'omniroute.yaml:1:31 error empty: `liveness` is empty');
});

test('`shell` takes the place of an included `command`', (t) => {
  const { services } = loadGood(t, {
    'omniroute.yaml': 'include: base.yaml\nservices: {a: {shell: "echo hi"}}\n',
    'base.yaml': 'services: {a: {command: node}}\n',
  }).project;
  assert.deepEqual(services['a']?.command, ['/bin/sh', '-c', 'echo hi']);
});

test('paths start at the folder of the file that they are written in', (t) => {
  const { dir, result } = loadFiles(t, {
    'omniroute.yaml': 'include: sub/more.yaml\nservices: {a: {command: node, cwd: app}}\n',
    'sub/more.yaml': 'include: deeper/most.yaml\nservices: {b: {command: node, cwd: ./app, env_file: [.env]}}\n',
    'sub/deeper/most.yaml': 'services: {c: {command: node, watch: {paths: [src]}}}\n',
    'sub/.env': 'A=1\n',
    'app/x': '',
    'sub/app/x': '',
    'sub/deeper/src/x': '',
  });
  assert.ok(result.ok, JSON.stringify(result));
  const { services } = result.loaded.project;
  assert.equal(services['a']?.cwd, join(dir, 'app'));
  assert.equal(services['b']?.cwd, join(dir, 'sub/app'));
  assert.equal(services['c']?.cwd, dir);
  assert.deepEqual(services['c']?.watch?.paths, [join(dir, 'sub/deeper/src')]);
  assert.deepEqual(services['b']?.env, { A: '1' });
});

test('a mistake in an included file is shown in that file', (t) => {
  const { lines } = loadFiles(t, {
    'omniroute.yaml': 'include: sub/b.yaml\nservices: {a: {command: node}}\n',
    'sub/b.yaml': 'services:\n  b: {comand: node}\n',
  });
  assert.deepEqual(
    lines.map((line) => line.split(':').slice(0, 3).join(':')),
    ['sub/b.yaml:2:3 error no-command', 'sub/b.yaml:2:7 error unknown-key'],
  );
});

test('several files given are merged in order', (t) => {
  const dir = createFolder(t, {
    'a.yaml': 'services: {a: {command: [node, a], env: {X: "1"}}}\n',
    'b.yaml': 'services: {a: {command: [node, b]}}\n',
  });
  const result = loadProject({
    files: [join(dir, 'a.yaml'), join(dir, 'b.yaml')],
    env: { PATH: process.env['PATH'] },
    autoPorts: {},
    home: dir,
  });
  assert.ok(result.ok);
  assert.deepEqual(result.loaded.project.services['a']?.command, ['node', 'b']);
  assert.deepEqual(result.loaded.project.services['a']?.env, { X: '1' });
});

test("merge keys and aliases work, the map's own keys winning", (t) => {
  const text =
    'x-base: &base {command: node, env: {A: base}}\nx-more: &more {command: nope, cwd: .}\nservices:\n  a:\n    <<: [*base, *more]\n    env: {B: own}\n  b: *base\n';
  const { services } = loadGood(t, text).project;
  assert.deepEqual(services['a']?.command, ['node']);
  assert.deepEqual(services['a']?.env, { B: 'own' });
  assert.deepEqual(services['b']?.env, { A: 'base' });
});

test('every file that was read or looked for is a source, also when something is wrong', (t) => {
  const { dir, result } = loadFiles(t, {
    'omniroute.yaml':
      'include: b.yaml\nenv_file: {path: .env, required: false}\nservices: {a: {command: node, env_file: [{path: .env.local, required: false}]}}\n',
    'b.yaml': 'x-b: 1\n',
  });
  assert.equal(result.ok, false);
  const listed = loadFiles(t, {
    'omniroute.yaml':
      'include: b.yaml\nenv_file: [{path: .env, required: false}]\nservices: {a: {command: node, env_file: [{path: .env.local, required: false}]}}\n',
    'b.yaml': 'x-b: 1\n',
  });
  assert.ok(listed.result.ok, listed.lines.join('\n'));
  const names = (paths: readonly string[], folder: string) => paths.map((path) => path.slice(folder.length + 1));
  assert.deepEqual(names(listed.result.loaded.sources, listed.dir), ['omniroute.yaml', 'b.yaml', '.env', '.env.local']);
  assert.deepEqual(names(result.ok ? [] : result.sources, dir), ['omniroute.yaml', 'b.yaml']);
});
