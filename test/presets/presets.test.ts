import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRESETS } from '../../src/config/presets/presets.ts';
import { buildPreset, patternsOf } from './preset-patterns.ts';

const QUICK = { url: 'http://127.0.0.1:20128' };
const REQUIRED: Readonly<Record<string, Record<string, string | number>>> = {
  cloudflared: QUICK,
  'tailscale-funnel': { port: 20128 },
  node: { script: '/srv/app.js' },
};
const rule = (preset: string, name: string) =>
  buildPreset(preset, REQUIRED[preset]).crash_rules?.find((candidate) => candidate.name === name);

test('the presets are those of the reference, each under its own name', () => {
  assert.deepEqual(Object.keys(PRESETS).sort(), [
    'cloudflared',
    'node',
    'omniroute-mitm',
    'omniroute-server',
    'tailscale-funnel',
    'tailscaled',
  ]);
  for (const [name, preset] of Object.entries(PRESETS)) assert.equal(preset.name, name);
});

test('every preset names the program it starts among those it requires, and how to get it', () => {
  for (const [name, preset] of Object.entries(PRESETS)) {
    const { command } = buildPreset(name, REQUIRED[name]);
    const required = preset.requires.find(({ executable }) => executable === command?.[0]);
    assert.match(required?.hint ?? '', /install.*PATH/is, name);
  }
});

test('every pattern of every preset compiles, and none matches an empty line', () => {
  for (const name of Object.keys(PRESETS)) {
    for (const [key, expressions] of patternsOf(buildPreset(name, REQUIRED[name]))) {
      for (const expression of expressions) assert.equal(expression.test(''), false, `${name}: ${key}`);
    }
  }
});

test('a quick tunnel runs in a home of its own, with its metrics on a free port as the sign of life', () => {
  const quick = buildPreset('cloudflared', QUICK);
  assert.deepEqual(quick.command, [
    ...['cloudflared', 'tunnel', '--url', 'http://127.0.0.1:20128', '--no-autoupdate', '--metrics', '127.0.0.1:${ports.metrics}'],
    ...['--protocol', 'http2', '--grace-period', '5s'],
  ]);
  assert.deepEqual(quick.env, { HOME: '${service.dir}/home' });
  assert.deepEqual(quick.ports, { metrics: 'auto' });
  assert.deepEqual(quick.readiness?.outputs, ['url']);
  assert.equal(quick.liveness?.http?.url, 'http://127.0.0.1:${ports.metrics}/ready');
  assert.equal(quick.liveness?.failure_threshold, 3);
});

test('a tunnel by token gets it through the environment alone', () => {
  const named = buildPreset('cloudflared', { token_env: 'MY_TOKEN' });
  assert.deepEqual(named.env, { HOME: '${service.dir}/home', TUNNEL_TOKEN: '${env.MY_TOKEN}' });
  assert.ok(Array.isArray(named.command) && named.command.at(-1) === 'run');
  assert.ok(!named.command.join(' ').includes('MY_TOKEN'));
  assert.equal(named.outputs, undefined);
});

test("a tunnel by configuration keeps the user's home, where its credentials are", () => {
  const named = buildPreset('cloudflared', { config: '/etc/tunnel.yml' });
  assert.deepEqual(named.command?.slice(0, 4), ['cloudflared', 'tunnel', '--config', '/etc/tunnel.yml']);
  assert.equal(named.env, undefined);
});

test('a tunnel of no kind, of two kinds, or with a token where its variable belongs is refused with the option to mend', () => {
  const check = PRESETS['cloudflared']?.check;
  assert.ok(check);
  assert.equal(check(QUICK), null);
  assert.equal(check({ token_env: 'TUNNEL_TOKEN' }), null);
  assert.match(check({})?.message ?? '', /needs `url`, `config` or `token_env`/);
  assert.deepEqual(check({ ...QUICK, config: '/etc/tunnel.yml' }), {
    option: 'config',
    message: '`url` and `config` are different kinds of tunnel',
    hint: 'keep one of them',
  });
  assert.equal(check({ token_env: 'eyJhIjoi.x==' })?.option, 'token_env');
});

test('a rate limit is waited out, the network is waited for, an untrusted certificate ends it', () => {
  assert.deepEqual(rule('cloudflared', 'rate-limited')?.then, [{ wait: '5m' }]);
  assert.deepEqual(rule('cloudflared', 'network-down')?.then, [{ keep_trying: true }]);
  assert.deepEqual(Object.keys(rule('cloudflared', 'certificate-unknown')?.then[0] ?? {}), ['fail']);
});

test('an exhausted heap is restarted as long as there are restarts; a busy port is waited for', () => {
  for (const preset of ['omniroute-server', 'node']) {
    assert.equal(rule(preset, 'oom')?.when.gave_up, true);
    assert.deepEqual(rule(preset, 'port-busy')?.then, [{ wait_for_port: '$1' }]);
  }
  assert.deepEqual(rule('omniroute-mitm', 'port-busy')?.then, [{ wait_for_port: '$1' }]);
});

test('the gateway answers on one port under all its names, on loopback, and may take 35 s to stop', () => {
  const { env, stop, readiness } = buildPreset('omniroute-server');
  const port = '${ports.http}';
  assert.deepEqual(env, {
    ...{ PORT: port, DASHBOARD_PORT: port, API_PORT: port, OMNIROUTE_PORT: port },
    ...{ HOSTNAME: '127.0.0.1', NODE_ENV: 'production' },
  });
  assert.equal(stop?.grace_period, '35s');
  assert.equal(readiness?.log, undefined);
  assert.equal(readiness?.http?.url, 'http://127.0.0.1:${ports.http}/api/monitoring/health');
  assert.deepEqual([readiness?.timeout, readiness?.start_timeout], ['10s', '120s']);
});

test('a funnel stays in the foreground and talks to the daemon of the service it names', () => {
  const funnel = buildPreset('tailscale-funnel', { port: 20128, daemon: 'tunnel/tailscaled' });
  assert.deepEqual(funnel.command, ['tailscale', '--socket=${services.tunnel/tailscaled.outputs.socket}', 'funnel', '20128']);
  assert.deepEqual(funnel.depends_on, ['tunnel/tailscaled']);
});

test('a Node program is ready by its health check, else by its port, else at once', () => {
  const readiness = (values: Record<string, string | number>) => buildPreset('node', { script: '/srv/app.js', ...values }).readiness;
  assert.equal(readiness({}), undefined);
  assert.deepEqual(readiness({ port: 3000 }), { tcp: { port: '${ports.http}' } });
  assert.deepEqual(readiness({ port: 3000, health: '/health' }), { http: { url: 'http://127.0.0.1:${ports.http}/health' } });
});

test('a health check without a port, or without its slash, is refused with what to write', () => {
  const check = PRESETS['node']?.check;
  assert.ok(check);
  assert.equal(check({ script: '/srv/app.js', health: '/health', port: 3000 }), null);
  assert.equal(check({ script: '/srv/app.js', health: '/health' })?.hint, 'add `port`');
  assert.equal(check({ script: '/srv/app.js', health: 'health', port: 3000 })?.hint, 'write /health');
});
