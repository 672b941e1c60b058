import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type LoadResult, loadProject } from '../../src/config/load.ts';

/** A PATH on which no program is found, so that what is missing does not depend on the machine. */
const EMPTY_PATH = '/nonexistent';

function loadText(t: TestContext, text: string, env: Record<string, string> = {}): LoadResult {
  const dir = mkdtempSync(join(tmpdir(), 'presets-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'omniroute.yaml');
  writeFileSync(file, text);
  return loadProject({ files: [file], env: { PATH: process.env['PATH'], ...env }, autoPorts: {}, home: dir });
}

const onRequest = (service: string) =>
  `version: 1\nprofiles: {extra: [daemon, it]}\nservices:\n  daemon: {uses: tailscaled}\n  it: ${service}\n`;

test('every preset gives a service that the loader accepts', (t) => {
  const services = [
    '{uses: omniroute-server}',
    '{uses: omniroute-mitm, with: {data_dir: ./data}}',
    '{uses: cloudflared, with: {url: "http://127.0.0.1:80"}}',
    '{uses: cloudflared, with: {config: ./tunnel.yml}}',
    '{uses: cloudflared, with: {token_env: MY_TOKEN}}',
    '{uses: tailscale-funnel, with: {port: 80, daemon: daemon}}',
    '{uses: node, with: {script: ./server.js}}',
    '{uses: node, with: {script: ./server.js, port: 80, health: /health, heap: 1GiB}}',
  ];
  for (const service of services) {
    const result = loadText(t, onRequest(service), { MY_TOKEN: 'secret' });
    assert.deepEqual(result.ok ? [] : result.diagnostics.map(({ message }) => message), [], service);
  }
});

test('a token reaches the environment of the tunnel, and no command line', (t) => {
  const result = loadText(t, onRequest('{uses: cloudflared, with: {token_env: MY_TOKEN}}'), { MY_TOKEN: 'secret' });
  assert.ok(result.ok);
  const it = result.loaded.project.services['it'];
  assert.equal(it?.env['TUNNEL_TOKEN'], 'secret');
  assert.ok(!it?.command.join(' ').includes('secret'));
});

test('a program that a preset needs and that is not there is named, with how to install it', (t) => {
  const result = loadText(t, 'services:\n  it: {uses: cloudflared, with: {url: "http://127.0.0.1:80"}}\n', { PATH: EMPTY_PATH });
  const diagnostics = result.ok ? result.loaded.warnings : result.diagnostics;
  const missing = diagnostics.find(({ message }) => message.includes('cloudflared'));
  assert.match(missing?.hint ?? '', /brew install cloudflared/);
});

test('whoever uses a preset may override every key of it, and keeps the rest', (t) => {
  const text =
    'services:\n  it:\n    uses: omniroute-server\n    ports: {http: 4000}\n    env: {HOSTNAME: 0.0.0.0}\n    stop: {signal: SIGINT}\n';
  const result = loadText(t, text);
  assert.ok(result.ok);
  const it = result.loaded.project.services['it'];
  assert.deepEqual(it?.ports, { http: 4000 });
  assert.equal(it?.env['DASHBOARD_PORT'], '4000');
  assert.equal(it?.env['HOSTNAME'], '0.0.0.0');
  assert.deepEqual([it?.stop.signal, it?.stop.gracePeriodMs], ['SIGINT', 35_000]);
});
