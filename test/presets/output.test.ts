import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildPreset, capturesIn, fixtureLines, patternsOf } from './preset-patterns.ts';

const server = patternsOf(buildPreset('omniroute-server'));
const mitm = patternsOf(buildPreset('omniroute-mitm'));
const quickTunnel = patternsOf(buildPreset('cloudflared', { url: 'http://127.0.0.1:20128' }));
const tailscaled = patternsOf(buildPreset('tailscaled'));
const funnel = patternsOf(buildPreset('tailscale-funnel', { port: 20128 }));
const node = patternsOf(buildPreset('node', { script: '/srv/app.js' }));

test('a healthy boot and stop of the gateway means nothing to any pattern, "✓ Ready in 0ms" included', () => {
  const lines = fixtureLines('server-boot-and-sigterm.real.txt');
  assert.ok(lines.some((line) => line.includes('✓ Ready in 0ms')));
  assert.deepEqual(capturesIn(lines, server), {});
  assert.deepEqual(capturesIn(lines, node), {});
});

test('a half-dead gateway is caught by its first failing line, before anybody asks it', () => {
  const lines = fixtureLines('server-halfdead.real.txt');
  const found = capturesIn(lines, server);
  assert.deepEqual(Object.keys(found), ['readiness.fail_on']);
  assert.deepEqual(new Set(found['readiness.fail_on']), new Set(['error occurred while loading instrumentation hook']));
  assert.equal(capturesIn(lines.slice(0, 5), server)['readiness.fail_on']?.length, 1);
  assert.deepEqual(capturesIn(['[STARTUP] Fatal: no database'], server), { 'readiness.fail_on': ['[STARTUP] Fatal:'] });
});

test("an exhausted heap is found by one line, within the last lines that a rule looks at, and not in the gateway's own output", () => {
  const lines = fixtureLines('server-oom.stderr.real.txt');
  for (const patterns of [server, node]) {
    assert.deepEqual(capturesIn(lines, patterns), { 'rule oom': ['heap out of memory'] });
    assert.deepEqual(capturesIn(lines.slice(-50), patterns), { 'rule oom': ['heap out of memory'] });
    assert.deepEqual(capturesIn(fixtureLines('server-oom.stdout.real.txt'), patterns), {});
  }
  assert.deepEqual(capturesIn(['FATAL ERROR: invalid table size Allocation failed - JavaScript heap out of memory'], server), {
    'rule oom': ['heap out of memory'],
  });
});

test('a busy port is captured as a number, whatever the address looks like', () => {
  assert.deepEqual(capturesIn(fixtureLines('server-eaddrinuse.real.txt'), server), { 'rule port-busy': ['21128', '21128'] });
  for (const address of ['127.0.0.1:3000', ':::3000', '::1:3000', '0.0.0.0:3000']) {
    const line = `Error: listen EADDRINUSE: address already in use ${address}`;
    assert.deepEqual(capturesIn([line], node), { 'rule port-busy': ['3000'] });
  }
});

test('an installation that does not fit is found, in the words of each of its three errors', () => {
  const lines = [
    "Error: Cannot find module 'better-sqlite3'",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'next' imported from /srv/app/server.js",
    "  code: 'ERR_DLOPEN_FAILED'",
    'NODE_MODULE_VERSION 115. This version of Node.js requires',
  ];
  assert.deepEqual(capturesIn(lines, server), {
    'rule broken-install': [
      "Cannot find module 'better-sqlite3'",
      "Cannot find package 'next' imported from /srv/app/server.js",
      'ERR_DLOPEN_FAILED',
      'NODE_MODULE_VERSION',
    ],
  });
});

test('the proxy is ready by one line, and each of its failures has a rule of its own', () => {
  const certificate = Array(2).fill('server.key');
  assert.deepEqual(capturesIn(fixtureLines('mitm.real.txt'), mitm), {
    'readiness.log': ['18443'],
    'rule api-key-missing': ['ROUTER_API_KEY required'],
    'rule port-denied': [' 443'],
    'rule certificate-broken': ['server.key', ...certificate, 'PEM routines'],
    'rule port-busy': ['18443'],
  });
});

test('"❌" alone, printed for every request that fails, is no failure of the proxy', () => {
  assert.deepEqual(capturesIn(['❌', '❌ 502 upstream', '❌ fetch failed: ECONNREFUSED 127.0.0.1:20128'], mitm), {});
});

test('a quick tunnel captures its address, never the one of the service it asked, and is ready once connected', () => {
  const lines = fixtureLines('cloudflared-quick.issues.txt');
  assert.deepEqual(capturesIn(lines, quickTunnel), {
    'readiness.log': ['Registered tunnel connection'],
    'outputs.url': ['https://buffalo-marco-cardiff-motel.trycloudflare.com'],
    'rule rate-limited': ['error code: 1015'],
    'rule network-down': ['no such host'],
  });
});

test('nothing of a quick tunnel that starts, loses its origin for a while and is stopped is taken for a failure', () => {
  const lines = fixtureLines('cloudflared-quick.issues.txt');
  const healthy = lines.slice(0, lines.findIndex((line) => line.includes('Unregistered')) + 1);
  assert.deepEqual(Object.keys(capturesIn(healthy, quickTunnel)), ['readiness.log', 'outputs.url']);
});

test('what cloudflared says about the network and about certificates is told apart', () => {
  const post = 'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel":';
  const cases = [
    { line: `${post} dial tcp: lookup api.trycloudflare.com: i/o timeout`, rule: 'rule network-down' },
    { line: `${post} net/http: TLS handshake timeout`, rule: 'rule network-down' },
    { line: `${post} tls: failed to verify certificate: x509: certificate signed by unknown authority`, rule: 'rule certificate-unknown' },
    { line: 'failed to unmarshal quick Tunnel: error code: 1015', rule: 'rule rate-limited' },
  ];
  for (const { line, rule } of cases) assert.deepEqual(Object.keys(capturesIn([line], quickTunnel)), [rule]);
});

test('the Tailscale daemon is ready when it runs or waits for a login, and says where both can be done', () => {
  assert.deepEqual(capturesIn(fixtureLines('tailscale.issues.txt'), tailscaled), {
    'readiness.log': ['NeedsLogin', 'Running'],
    'outputs.login': ['https://login.tailscale.com/a/f5c28fc0a1b2'],
    'outputs.socket': ['/d/tailscale/tailscaled.sock'],
  });
});

test('a funnel captures its own address, none of the login pages, and fails where the tailnet forbids it', () => {
  assert.deepEqual(capturesIn(fixtureLines('tailscale.issues.txt'), funnel), {
    'readiness.fail_on': ['is not enabled on your tailnet', 'Funnel not available'],
    'outputs.url': ['https://mybox.tail1234.ts.net'],
    'rule funnel-off': ['is not enabled on your tailnet', 'Funnel not available'],
  });
});
