import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { renderDiagnostics } from '../../src/config/diagnostic.ts';
import { type LoadedProject, loadProject } from '../../src/config/load.ts';

const examples = readdirSync('examples', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('omniroute.yaml'))
  .map((path) => join('examples', path));

function load(file: string, env: Record<string, string> = {}): LoadedProject {
  const home = tmpdir();
  const result = loadProject({ files: [resolve(file)], env: { PATH: process.env['PATH'], HOME: home, ...env }, autoPorts: {}, home });
  assert.ok(result.ok, result.ok ? '' : renderDiagnostics(result.diagnostics, { color: false, cwd: process.cwd() }));
  return result.loaded;
}

test('there are examples to load', () => {
  assert.deepEqual(examples.sort(), [
    'examples/original/omniroute.yaml',
    'examples/procfile/omniroute.yaml',
    'examples/webapp/omniroute.yaml',
  ]);
});

for (const file of ['omniroute.yaml', ...examples]) {
  test(`${file} loads without an error, and warns of nothing but programs that are not installed here`, () => {
    for (const { code, message } of load(file).warnings) {
      assert.equal(code, 'missing-executable', message);
      assert.match(message, /\b(cloudflared|tailscaled?)\b/);
    }
  });

  test(`${file} names its schema in the first line, by a path that leads there`, () => {
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(load(file).text) ?? [];
    assert.equal(resolve(file, '..', schema ?? ''), resolve('schemas/omniroute.schema.json'));
  });
}

test('the default starts the gateway and its proxy; the tunnels wait for their profile', () => {
  const { services } = load('omniroute.yaml').project;
  const byDefault = Object.values(services).filter(({ enabled, profiles }) => enabled && profiles.length === 0);
  assert.deepEqual(
    byDefault.map(({ name }) => name),
    ['server', 'mitm'],
  );
  assert.deepEqual(Object.keys(services), ['server', 'mitm', 'tunnel/cloudflared', 'tunnel/tailscaled', 'tunnel/tailscale']);
});

test("the default's ports can be moved by the environment, and everything that uses them follows", () => {
  const { services } = load('omniroute.yaml', { GATEWAY_PORT: '31001', MITM_PORT: '31002' }).project;
  assert.deepEqual(services['server']?.ports, { http: 31001 });
  assert.deepEqual(services['mitm']?.ports, { tls: 31002 });
  assert.equal(services['mitm']?.env['UPSTREAM'], 'http://127.0.0.1:31001');
  assert.equal(services['mitm']?.env['MITM_LOCAL_PORT'], '31002');
  assert.ok(services['tunnel/cloudflared']?.command.includes('http://127.0.0.1:31001'));
  assert.equal(services['tunnel/tailscale']?.command.at(-1), '31001');
});

test('a tunnel of the default keeps its home, and the socket of its daemon, in the state folder', () => {
  const { services, stateDir } = load('omniroute.yaml').project;
  assert.equal(services['tunnel/cloudflared']?.env['HOME'], join(stateDir, 'tunnel/cloudflared/home'));
  assert.ok(services['tunnel/tailscaled']?.command.includes(`--socket=${stateDir}/tunnel/tailscaled/tailscaled.sock`));
});

test('the original restarts twice, 1 s and 2 s apart, never more than 10 s, and counts afresh after 30 s', () => {
  const { restart, crashRules } = load('examples/original/omniroute.yaml').project.services['server'] ?? assert.fail('no server');
  assert.deepEqual(restart.backoff, { firstMs: 1000, initialMs: 2000, factor: 2, maxMs: 10_000, jitter: 0 });
  assert.deepEqual([restart.maxAttempts, restart.maxCrashes, restart.stableAfterMs], [2, null, 30_000]);
  assert.deepEqual(crashRules[0]?.then, [
    { type: 'disable', service: 'mitm' },
    { type: 'retry', service: 'server' },
  ]);
});

test('the web server of the web app waits for its database and for the end of the migration', () => {
  const { services } = load('examples/webapp/omniroute.yaml').project;
  assert.deepEqual(services['web']?.dependsOn, {
    database: { condition: 'ready', restart: 'never' },
    migrate: { condition: 'completed', restart: 'never' },
  });
});
