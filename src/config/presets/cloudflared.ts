import type { ServiceFile } from '../file.ts';
import type { Preset, PresetValues } from '../preset.ts';

export const cloudflared: Preset = {
  name: 'cloudflared',
  description: 'A Cloudflare tunnel: a quick one with a random name for `url`, or one of your own with `config` or `token_env`.',
  options: {
    url: { type: 'url', description: 'What a quick tunnel makes public, such as http://127.0.0.1:20128; its address is the output `url`.' },
    config: { type: 'path', description: 'Configuration file of a named tunnel.' },
    token_env: { type: 'string', description: 'Name of the environment variable that holds the token of a tunnel made in the dashboard.' },
  },
  requires: [
    {
      executable: 'cloudflared',
      hint:
        'Install it: `brew install cloudflared` on macOS; on Linux download ' +
        'https://github.com/cloudflare/cloudflared/releases/latest/download/cloudflared-linux-amd64 (or -arm64), ' +
        'make it executable and put it on PATH as `cloudflared`.',
    },
  ],
  check: checkKind,
  build: (values) => ({
    ports: { metrics: 'auto' },
    liveness: { http: { url: 'http://127.0.0.1:${ports.metrics}/ready' }, period: '10s', failure_threshold: 3 },
    // It exits 0 when its last connection is lost ("no more connections active"): that is no reason to stay down.
    restart: { policy: 'always' },
    stop: { grace_period: '10s' },
    crash_rules: [
      {
        name: 'rate-limited',
        when: { log: { match: '429 Too Many Requests|error code: 1015' } },
        then: [{ wait: '5m' }],
      },
      {
        name: 'certificate-unknown',
        when: { log: { match: 'certificate signed by unknown authority' } },
        then: [
          { fail: "this machine does not trust Cloudflare's certificate: update ca-certificates, or look for what intercepts TLS here" },
        ],
      },
      {
        name: 'network-down',
        when: { log: { match: 'no such host|i/o timeout|TLS handshake timeout' } },
        then: [{ keep_trying: true }],
      },
    ],
    ...tunnelOf(values),
  }),
};

function checkKind({ url, config, token_env }: PresetValues): ReturnType<NonNullable<Preset['check']>> {
  const given = Object.entries({ url, config, token_env }).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    return { option: null, message: 'a tunnel needs `url`, `config` or `token_env`', hint: 'with: {url: "http://127.0.0.1:20128"}' };
  }
  if (given.length > 1) {
    const names = given.map(([name]) => `\`${name}\``).join(' and ');
    return { option: given[1]?.[0] ?? null, message: `${names} are different kinds of tunnel`, hint: 'keep one of them' };
  }
  if (token_env !== undefined && !/^[A-Za-z_]\w*$/.test(String(token_env))) {
    return {
      option: 'token_env',
      message: '`token_env` is the name of a variable, not the token',
      hint: 'with: {token_env: TUNNEL_TOKEN}',
    };
  }
  return null;
}

function tunnelOf({ url, config, token_env }: PresetValues): ServiceFile {
  // A configuration file in the user's home would take a quick tunnel over, so it gets a home of its own.
  const privateHome = { HOME: '${service.dir}/home' };
  const connected = 'Registered tunnel connection';
  if (url !== undefined) {
    return {
      command: commandOf(['--url', String(url)], []),
      env: privateHome,
      outputs: { url: { match: String.raw`https://(?!api\.)[a-z0-9-]+\.trycloudflare\.com` } },
      // The address is printed before anything is connected to it.
      readiness: { outputs: ['url'], log: { match: connected }, start_timeout: '60s' },
    };
  }
  const readiness = { log: { match: connected }, start_timeout: '60s' };
  // The configuration of a named tunnel may leave it to ~/.cloudflared where its credentials are.
  if (config !== undefined) return { command: commandOf(['--config', String(config)], ['run']), readiness };
  // Through the environment: a command line can be read by everyone on the machine.
  return { command: commandOf([], ['run']), env: { ...privateHome, TUNNEL_TOKEN: `\${env.${token_env}}` }, readiness };
}

function commandOf(first: readonly string[], last: readonly string[]): [string, ...string[]] {
  const common = ['--no-autoupdate', '--metrics', '127.0.0.1:${ports.metrics}', '--protocol', 'http2', '--grace-period', '5s'];
  return ['cloudflared', 'tunnel', ...first, ...common, ...last];
}
