// What the engines' publishers say of their files, asked by their own programs: no container runs here.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { yamlText } from '../../src/export/yaml-text.ts';
import { TEXTS, WORDS } from '../export/awkward.ts';
import { ENGINES_DIR, exportTo, PROJECTS, run, runWell } from './engine.ts';

const program = (path: string): string => join(ENGINES_DIR, path);
const SECRETS = { DATABASE_URL: 'x', POSTGRES_PASSWORD: 'y', odd_api_token: 'z' };
const filesOf = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));

for (const [name, make] of Object.entries(PROJECTS)) {
  test(`${name}: every document is what the schema of Kubernetes asks for, and has nothing else`, (t) => {
    const file = join(exportTo('kubernetes', make(t)), 'kubernetes.yaml');
    const { status, stdout, stderr } = run([program('python/bin/kubernetes-validate'), '--strict', file]);
    assert.equal(status, 0, stdout + stderr);
    const passed = (stdout + stderr).match(/ passed for resource /g)?.length;
    assert.equal(passed, readFileSync(file, 'utf8').split('\n---\n').length, stdout + stderr);
  });

  test(`${name}: every attribute and block has its field in the structures of Nomad`, (t) => {
    const { status, stderr } = run([program('bin/nomad-job'), ...filesOf(exportTo('nomad', make(t)), /\.hcl$/)]);
    assert.deepEqual([status, stderr], [0, '']);
  });

  test(`${name}: docker compose and podman-compose read the file without a word`, (t) => {
    const cwd = exportTo('compose', make(t));
    for (const compose of ['bin/docker-compose', 'python/bin/podman-compose']) {
      const { status, stderr } = run([program(compose), '--file', join(cwd, 'compose.yaml'), 'config'], { cwd, env: SECRETS });
      assert.deepEqual([status, stderr], [0, ''], compose);
    }
  });

  test(`${name}: without its name, its hooks and what need not be there, even docker-compose 1.29 reads it`, (t) => {
    const cwd = exportTo('compose', make(t));
    const { name: _, ...file } = parse(readFileSync(join(cwd, 'compose.yaml'), 'utf8'));
    for (const service of Object.values(file.services) as Record<string, Record<string, Record<string, unknown>>>[]) {
      for (const key of ['post_start', 'pre_stop']) delete service[key];
      for (const dependency of Object.values(service['depends_on'] ?? {})) delete dependency['required'];
    }
    writeFileSync(join(cwd, 'old.yaml'), yamlText(file));
    const { status, stderr } = run(['docker-compose', '--file', join(cwd, 'old.yaml'), 'config'], { cwd, env: SECRETS });
    assert.deepEqual([status, stderr], [0, '']);
  });

  test(`${name}: systemd finds nothing to complain of`, (t) => {
    const folder = exportTo('systemd', make(t));
    const units = filesOf(folder, /\.(service|target|timer)$/);
    const { status, stderr } = run(['systemd-analyze', 'verify', ...units], { env: { SYSTEMD_UNIT_PATH: `${folder}:` } });
    assert.deepEqual([status, stderr], [0, '']);
  });
}

test('what Nomad has no field for is found: the proof can fail', (t) => {
  const [file = ''] = filesOf(exportTo('nomad', PROJECTS.webapp(t)), /\.hcl$/);
  const text = readFileSync(file, 'utf8');
  const refused = (from: string | RegExp, to: string): string => {
    writeFileSync(file, text.replace(from, to));
    const { status, stderr } = run([program('bin/nomad-job'), file]);
    assert.equal(status, 1);
    return stderr;
  };
  assert.match(refused('kill_signal', 'kill_sign'), /there is no attribute "kill_sign"/);
  assert.match(refused(/ service \{/, ' servant {'), /there is no block "servant"/);
  assert.match(refused('"10s"', '10'), /missing unit|invalid duration/);
  assert.match(refused('attempts = 5', 'attempts = "many"'), /a number is required/);
  assert.match(refused('work_dir', 'workdir'), /the driver "docker" knows no "workdir"/);
  assert.match(refused('attempts = 5', 'attempts = 100'), /do not fit into 1m0s/);
});

test('texts come to Nomad as they are', (t) => {
  const jobs = JSON.parse(runWell([program('bin/nomad-job'), ...filesOf(exportTo('nomad', PROJECTS.awkward(t)), /\.hcl$/)]));
  const { Config, Env } = jobs[0].TaskGroups[0].Tasks.find(({ Env }: { Env: Record<string, string> }) => 'ODD_WORD' in Env);
  for (const [name, text] of Object.entries(TEXTS)) assert.equal(Env[name], text, name);
  assert.deepEqual(Config.args.slice(-WORDS.length), WORDS);
});
