import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildBin } from './built-bin.ts';

const bin = await buildBin();
const GOOD = `services:
  web:
    image: example/web
    command: [sleep, "60"]
    watch: {paths: [.]}
    restart: {max_attempts: 7}
    env: {API_KEY: abcdefgh}
    inherit_env: [HOME]
`;

function project(name: string, text: string): string {
  const folder = join(bin.dir, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'omniroute.yaml'), text);
  return folder;
}

test('export writes the files of the engine, and tells what is lost with its place', async () => {
  const cwd = project('told', GOOD);
  const { exitCode, err } = await bin.run(['export', 'kubernetes'], { cwd });
  assert.equal(exitCode, 0, err);
  assert.deepEqual(readdirSync(join(cwd, 'deploy/kubernetes')).sort(), ['kubernetes.yaml', 'secrets.env.example']);
  assert.match(err, /^omniroute\.yaml:5:5 warning not-exported: `watch` of `web`/m);
  assert.match(err, /^omniroute\.yaml:6:15 warning not-exported: `restart\.max_attempts` of `web`/m);
  assert.match(err, /^omniroute\.yaml:8:5 warning not-exported: `inherit_env` of `web`: nothing is inherited there/m);
  assert.doesNotMatch(err, /backoff/, 'a default is no loss');
  assert.doesNotMatch(readFileSync(join(cwd, 'deploy/kubernetes/kubernetes.yaml'), 'utf8'), /abcdefgh/);
});

test('export goes to the folder that is named, as often as one likes, but over nothing else', async () => {
  const cwd = project('twice', GOOD);
  const again = ['export', 'compose', '-o', 'out'];
  assert.equal((await bin.run(again, { cwd })).exitCode, 0);
  assert.equal((await bin.run(again, { cwd })).exitCode, 0);
  writeFileSync(join(cwd, 'out/compose.yaml'), 'mine');
  const refused = await bin.run(again, { cwd });
  assert.equal(refused.exitCode, 2);
  assert.match(refused.err, /out\/compose\.yaml is there already.*\n--force/);
  assert.equal(readFileSync(join(cwd, 'out/compose.yaml'), 'utf8'), 'mine');
  assert.equal((await bin.run([...again, '--force'], { cwd })).exitCode, 0);
});

test('a file where the folder would go is told without the words of the system', async () => {
  const cwd = project('in-the-way', GOOD);
  writeFileSync(join(cwd, 'taken'), '');
  for (const folder of ['taken', 'taken/deeper']) {
    const { exitCode, err } = await bin.run(['export', 'compose', '-o', folder], { cwd });
    assert.equal(exitCode, 1);
    assert.ok(err.endsWith(`omniroute: ${join(cwd, folder)} cannot be a folder: a file is in its way\n`), err);
  }
});

test('a project that cannot work elsewhere is told all of why, and nothing is written', async () => {
  const cwd = project(
    'impossible',
    'services:\n  a: {command: [sleep, "1"]}\n  b: {image: i, command: [sleep, "1"], ports: {http: auto}}\n',
  );
  const { exitCode, err } = await bin.run(['export', 'compose'], { cwd });
  assert.equal(exitCode, 78);
  assert.match(err, /^omniroute\.yaml:2:3 error not-exportable: `image` of `a`: there is no image/m);
  assert.match(err, /^omniroute\.yaml:3:48 error not-exportable: `ports\.http` of `b`: `auto` is a port of this machine/m);
  assert.match(err, /2 errors; nothing was written/);
  assert.equal(existsSync(join(cwd, 'deploy')), false);
});

test('a file with mistakes is not exported, and an engine that is none is refused', async () => {
  const cwd = project('broken', 'services: {a: {comand: x}}\n');
  const { exitCode, err } = await bin.run(['export', 'systemd'], { cwd });
  assert.equal(exitCode, 78);
  assert.match(err, /omniroute\.yaml:1:16 error unknown-key/);
  const unknown = await bin.run(['export', 'swarm'], { cwd });
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.err, /Allowed choices are compose, kubernetes, nomad, systemd/);
});

test('with --json the files and what is lost are a document', async () => {
  const cwd = project('json', GOOD);
  const { exitCode, out, err } = await bin.run(['export', 'nomad', '--json'], { cwd });
  assert.deepEqual([exitCode, err], [0, '']);
  const { engine, files, warnings } = JSON.parse(out) as { engine: string; files: string[]; warnings: { place: { line: number } }[] };
  assert.deepEqual([engine, files], ['nomad', ['json.nomad.hcl', 'secrets.env.example']]);
  assert.ok(warnings.some(({ place }) => place.line === 5));
});
