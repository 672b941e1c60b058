import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadProject } from '../../src/config/load.ts';
import { findPlace } from '../../src/config/place.ts';
import { problemsOfServices } from '../../src/config/prerequisites.ts';
import { createFolder, loadFiles, loadGood, loadService } from './load-text.ts';

const WHOLE = String.raw`
# yaml-language-server: $schema=./schemas/omniroute.schema.json
version: 1
name: omniroute
state_dir: ~/.omniroute
include: [./tunnels.yaml]
env: {LOG_LEVEL: info}
env_file: [.env]
reload: {watch: true, settle: 10s, on_failure: rollback}
logs: {max_size: 10MiB, keep: 5, max_line: 64KiB}
profiles: {tunnel: [cloudflared]}
defaults: {stop: {grace_period: 20s}}
x-mine: {anything: [at, all]}

services:
  server:
    description: the AI gateway
    image: example/server
    command: [node, server.js]
    cwd: ./app
    ports: {http: 20128}
    sockets: {api: {listen: "[::1]:20129"}, admin: {listen: ./admin.sock}}
    env: {HOSTNAME: 127.0.0.1}
    inherit_env: true
    readiness:
      http: {url: "http://127.0.0.1:${'${ports.http}'}/api/monitoring/health", status: 200-299}
      tcp: {port: "${'${ports.http}'}"}
      exec: {command: [node, -e, "0"]}
      log: {match: "regex", stream: any}
      outputs: [url]
      period: 250ms
      timeout: 10s
      start_timeout: 120s
      failure_threshold: 3
      fail_on: ["error occurred while loading instrumentation hook"]
    liveness: {http: {url: "http://127.0.0.1:${'${ports.http}'}/"}, period: 10s, failure_threshold: 6}
    restart:
      policy: always
      backoff: {first: 0s, initial: 500ms, factor: 2, max: 30s, jitter: 0.2}
      stable_after: 30s
      max_attempts: unlimited
      max_crashes: 5
      window: 60s
      retry_after: never
    success_exit: [0, SIGINT, SIGRTMIN, SIGRTMIN+30]
    stop: {signal: SIGTERM, command: [node, stop.js]}
    memory: {heap: 512MiB, warn: 600MiB, soft: 800MiB, hard: 1GiB, period: 2s}
    crash_rules:
      - name: mitm-interference
        when: {log: {any_of: [mitm, tls socket, a.b], at_least: 2, last_lines: 50}, cause: [exit, signal], gave_up: true}
        then: [{disable: mitm}, {retry: self}]
        at_most: 1 per 10m
      - {name: oom, when: {log: {match: "heap out of memory"}}, then: [{fail: "raise memory.heap"}]}
      - {name: port-busy, when: {log: {match: "EADDRINUSE.*?:(\\d+)"}}, then: [{wait_for_port: "$1"}]}
      - {name: rest, when: {exits: [1, SIGSEGV]}, then: [{restart: mitm}, {wait: 5m}, {keep_trying: true}]}
    outputs: {url: {match: "https://(?!api\\.)[a-z0-9-]+\\.trycloudflare\\.com"}}
    watch: {paths: [app], ignore: ["**/*.log"], action: {signal: SIGHUP}}
    hooks: {pre_start: [node, a b], post_ready: "node 'a b'", pre_stop: {shell: "a | b", timeout: 1s}, post_exit: {command: node x}}
  mitm:
    type: service
    enabled: true
    command: [node, mitm.cjs]
    depends_on: [server]
    optional: true
  tunnel:
    uses: cloudflared
    enabled: false
    with: {url: "http://127.0.0.1:${'${services.server.ports.http}'}"}
    depends_on: {server: {condition: started, restart: on-update}}
`;
const FILES = {
  'omniroute.yaml': WHOLE,
  'tunnels.yaml': 'services: {cloudflared: {command: [node, tunnel.js]}}\n',
  '.env': 'FROM_FILE=1\n',
  'app/server.js': '',
};

test('who cannot be told is a warning: that is no reason to keep services down', (t) => {
  const text = 'notifications: [{command: no-such-pager}, {shell: ":"}, {command: ./page.sh}]\nservices: {a: {command: node}}\n';
  const dir = createFolder(t, { 'omniroute.yaml': text });
  const result = loadProject({ files: [join(dir, 'omniroute.yaml')], env: { PATH: process.env['PATH'] }, autoPorts: {}, home: '/home/me' });
  assert.ok(result.ok);
  assert.deepEqual(
    result.loaded.warnings.map(({ code, severity, place }) => [code, severity, place?.col]),
    [
      ['missing-executable', 'warning', 27],
      ['missing-executable', 'warning', 67],
    ],
  );
});

test('a file with every key becomes the spec that it describes', (t) => {
  const dir = createFolder(t, FILES);
  const result = loadProject({ files: [join(dir, 'omniroute.yaml')], env: { PATH: process.env['PATH'] }, autoPorts: {}, home: '/home/me' });
  assert.ok(result.ok, JSON.stringify(result));
  const { project } = result.loaded;
  assert.deepEqual(Object.keys(project.services), ['cloudflared', 'server', 'mitm', 'tunnel']);
  assert.deepEqual(
    { ...project, services: null },
    {
      name: 'omniroute',
      dir,
      stateDir: '/home/me/.omniroute',
      reload: { watch: true, settleMs: 10_000, onFailure: 'rollback' },
      logs: { maxSizeBytes: 10_485_760, keep: 5, maxLineBytes: 65_536 },
      contain: 'auto',
      onSupervisorDeath: 'keep',
      profiles: { tunnel: ['cloudflared'] },
      notifications: [],
      services: null,
    },
  );
  assert.deepEqual(project.services['server'], {
    name: 'server',
    description: 'the AI gateway',
    image: 'example/server',
    type: 'service',
    schedule: null,
    start: 'auto',
    instances: null,
    instance: null,
    enabled: true,
    optional: false,
    profiles: [],
    command: ['node', 'server.js'],
    cwd: join(dir, 'app'),
    env: { LOG_LEVEL: 'info', FROM_FILE: '1', HOSTNAME: '127.0.0.1' },
    inheritEnv: 'all',
    ports: { http: 20128 },
    sockets: [
      { name: 'api', address: { type: 'tcp', host: '::1', port: 20_129 } },
      { name: 'admin', address: { type: 'unix', path: join(dir, 'admin.sock') } },
    ],
    readiness: {
      probes: [
        { type: 'http', url: 'http://127.0.0.1:20128/api/monitoring/health', statuses: [{ min: 200, max: 299 }] },
        { type: 'tcp', host: '127.0.0.1', port: 20128 },
        { type: 'exec', command: ['node', '-e', '0'] },
      ],
      log: { match: 'regex', stream: 'any' },
      notify: null,
      outputs: ['url'],
      periodMs: 250,
      timeoutMs: 10_000,
      startTimeoutMs: 120_000,
      failureThreshold: 3,
      failOn: ['error occurred while loading instrumentation hook'],
    },
    liveness: {
      probe: { type: 'http', url: 'http://127.0.0.1:20128/', statuses: [{ min: 200, max: 299 }] },
      periodMs: 10_000,
      timeoutMs: 10_000,
      failureThreshold: 6,
    },
    watchdogMs: null,
    restart: {
      strategy: 'replace',
      policy: 'always',
      backoff: { firstMs: 0, initialMs: 500, factor: 2, maxMs: 30_000, jitter: 0.2 },
      stableAfterMs: 30_000,
      maxAttempts: null,
      maxCrashes: 5,
      windowMs: 60_000,
      retryAfterMs: null,
    },
    successExit: [0, 'SIGINT', 'SIGRTMIN', 'SIGRTMIN+30'],
    stop: { signal: 'SIGTERM', gracePeriodMs: 20_000, command: ['node', 'stop.js'] },
    memory: { heapBytes: 536_870_912, warnBytes: 629_145_600, softBytes: 838_860_800, hardBytes: 1_073_741_824, periodMs: 2000 },
    crashRules: [
      {
        name: 'mitm-interference',
        when: {
          log: {
            patterns: [
              { source: 'mitm', flags: 'i' },
              { source: 'tls socket', flags: 'i' },
              { source: 'a\\.b', flags: 'i' },
            ],
            atLeast: 2,
            lastLines: 50,
          },
          causes: ['exit', 'signal'],
          exits: null,
          gaveUp: true,
        },
        then: [
          { type: 'disable', service: 'mitm' },
          { type: 'retry', service: 'server' },
        ],
        atMost: { count: 1, perMs: 600_000 },
      },
      rule('oom', { log: { patterns: [{ source: 'heap out of memory', flags: '' }], atLeast: 1, lastLines: 50 } }, [
        { type: 'fail', message: 'raise memory.heap' },
      ]),
      rule('port-busy', { log: { patterns: [{ source: 'EADDRINUSE.*?:(\\d+)', flags: '' }], atLeast: 1, lastLines: 50 } }, [
        { type: 'wait-for-port', port: '$1' },
      ]),
      rule('rest', { exits: [1, 'SIGSEGV'] }, [
        { type: 'restart', service: 'mitm' },
        { type: 'wait', ms: 300_000 },
        { type: 'keep-trying' },
      ]),
    ],
    outputs: { url: { match: 'https://(?!api\\.)[a-z0-9-]+\\.trycloudflare\\.com', stream: 'any' } },
    watch: { paths: [join(dir, 'app')], ignore: ['**/*.log'], action: { type: 'signal', signal: 'SIGHUP' } },
    hooks: {
      pre_start: { command: ['node', 'a b'], timeoutMs: 30_000 },
      post_ready: { command: ['node', 'a b'], timeoutMs: 30_000 },
      pre_stop: { command: ['/bin/sh', '-c', 'a | b'], timeoutMs: 1000 },
      post_exit: { command: ['node', 'x'], timeoutMs: 30_000 },
    },
    group: null,
    dependsOn: {},
  });
  assert.deepEqual(project.services['mitm']?.dependsOn, { server: { condition: 'ready', restart: 'never' } });
  assert.deepEqual(project.services['tunnel']?.dependsOn, { server: { condition: 'started', restart: 'on-update' } });
  assert.deepEqual(project.services['cloudflared']?.profiles, ['tunnel']);
  assert.ok(project.services['tunnel']?.command.includes('http://127.0.0.1:20128'));
  assert.deepEqual(
    result.loaded.sources,
    ['omniroute.yaml', 'tunnels.yaml', '.env'].map((name) => join(dir, name)),
  );
});

function rule(name: string, when: object, then: readonly object[]): object {
  return { name, when: { log: null, causes: null, exits: null, gaveUp: null, ...when }, then, atMost: null };
}

test('a service of one line has every default', (t) => {
  const service = loadService(t, 'command: node server.js');
  assert.deepEqual(service.command, ['node', 'server.js']);
  assert.equal(service.restart.policy, 'always');
  assert.equal(service.restart.maxAttempts, 10);
  assert.deepEqual(service.restart.backoff, { firstMs: 0, initialMs: 500, factor: 2, maxMs: 30_000, jitter: 0.2 });
  assert.equal(service.readiness, null);
  assert.equal(service.liveness, null);
  assert.deepEqual(service.stop, { signal: 'SIGTERM', gracePeriodMs: 10_000, command: null });
  assert.deepEqual(service.successExit, [0]);
});

test('a job is not restarted, and its dependents wait for it to complete', (t) => {
  const { services } = loadGood(t, 'services:\n  j: {type: job, command: node}\n  a: {command: node, depends_on: [j]}\n').project;
  assert.equal(services['j']?.restart.policy, 'never');
  assert.equal(services['a']?.dependsOn['j']?.condition, 'completed');
});

test('the project is named after its folder, and keeps its state in it', (t) => {
  const dir = createFolder(t, { 'My Project!/omniroute.yaml': 'services: {a: {command: node}}' });
  const result = loadProject({
    files: [join(dir, 'My Project!/omniroute.yaml')],
    env: { PATH: process.env['PATH'] },
    autoPorts: {},
    home: dir,
  });
  assert.ok(result.ok);
  assert.equal(result.loaded.project.name, 'My-Project');
  assert.equal(result.loaded.project.stateDir, join(dir, 'My Project!/.omniroute'));
});

test('a JSON file works like a YAML file, tabs and all', (t) => {
  const dir = createFolder(t, { 'omniroute.json': JSON.stringify({ services: { a: { command: ['node', 'a.js'] } } }, null, '\t') });
  const result = loadProject({ files: [join(dir, 'omniroute.json')], env: { PATH: process.env['PATH'] }, autoPorts: {}, home: dir });
  assert.ok(result.ok, JSON.stringify(result));
  assert.deepEqual(result.loaded.project.services['a']?.command, ['node', 'a.js']);
});

test('numbers in a command and in variables stay as they are written', (t) => {
  const service = loadService(t, 'command: [node, 3.10, 007, 1e3, true]\nenv: {VERSION: 1.10, ON: yes, OFF: false, HEX: 0x1F}');
  assert.deepEqual(service.command, ['node', '3.10', '007', '1e3', 'true']);
  assert.deepEqual(service.env, { VERSION: '1.10', ON: 'yes', OFF: 'false', HEX: '0x1F' });
});

test('variables may hold newlines, `=` and anything else', (t) => {
  const service = loadService(t, 'command: node\nenv: {A: "one\\ntwo", B: "a=b=c", C: "", D: "ü😀"}');
  assert.deepEqual(service.env, { A: 'one\ntwo', B: 'a=b=c', C: '', D: 'ü😀' });
});

test('an `auto` port is 0 until a number is chosen, and checks on it are no mistake', (t) => {
  const text =
    'services:\n  a:\n    command: [node, "${ports.http}"]\n    ports: {http: auto}\n    readiness: {tcp: {port: "${ports.http}"}}\n';
  const before = loadGood(t, text);
  assert.deepEqual(before.unassignedPorts, ['a.http']);
  assert.equal(before.project.services['a']?.ports['http'], 0);
  const after = loadGood(t, text, { autoPorts: { 'a.http': 4711 } });
  assert.deepEqual(after.unassignedPorts, []);
  assert.deepEqual(after.project.services['a']?.command, ['node', '4711']);
  assert.deepEqual(after.project.services['a']?.readiness?.probes, [{ type: 'tcp', host: '127.0.0.1', port: 4711 }]);
});

test('links that lead in a circle are told in words, wherever a path is named', (t) => {
  const folder = createFolder(t, {});
  const circle = join(folder, 'circle');
  symlinkSync(circle, circle);
  const { lines } = loadFiles(
    t,
    `services:
  a: {command: node, cwd: ${circle}}
  b: {command: [${circle}/program], watch: {paths: [${circle}]}}
`,
  );
  assert.deepEqual(lines, [
    `omniroute.yaml:2:27 error missing-folder: \`cwd\`: ${circle} cannot be reached, a link on the way leads in a circle`,
    `omniroute.yaml:3:17 error missing-executable: \`${circle}/program\` cannot be reached, a link on the way leads in a circle: ${circle}/program`,
    `omniroute.yaml:3:${circle.length + 44} warning missing-path: ${circle} is not there to be watched`,
  ]);
  assert.match(loadFiles(t, {}, { files: [circle] }).lines[0] ?? '', /error no-file: a link on the way leads in a circle$/);
});

test('what a service of a profile lacks is a warning, and an error once the service is asked for', (t) => {
  const text =
    'profiles: {extra: [a]}\nservices:\n  a: {command: [no-such-program, "${env.NOT_SET}"], cwd: ./nowhere}\n  b: {command: node}\n';
  const loaded = loadGood(t, text);
  assert.deepEqual(
    loaded.warnings.map(({ code, service, severity }) => `${severity} ${code} of ${service}`),
    ['warning missing-executable of a', 'warning unset-variable of a', 'warning missing-folder of a'],
  );
  assert.deepEqual(problemsOfServices(loaded, ['b']), []);
  assert.deepEqual(
    problemsOfServices(loaded, ['a', 'b']).map(({ code, severity }) => `${severity} ${code}`),
    ['error missing-executable', 'error unset-variable', 'error missing-folder'],
  );
});

test('what a disabled service lacks keeps nobody from starting the others', (t) => {
  const loaded = loadGood(t, 'services:\n  a: {enabled: false, command: node, cwd: ./nowhere}\n  b: {command: node}\n');
  assert.deepEqual(
    loaded.warnings.map(({ code, severity }) => `${severity} ${code}`),
    ['warning missing-folder'],
  );
  assert.deepEqual(problemsOfServices(loaded, ['a', 'b']), []);
});

test('a program that a job builds, and a folder that it makes, need not be there yet, also for who is asked to start', (t) => {
  const { diagnostics, result } = loadFiles(
    t,
    `services:
  build: {type: job, command: node}
  a: {command: ./dist/server, depends_on: [build]}
  b: {command: node, cwd: ./dist, depends_on: [build]}
`,
  );
  assert.ok(result.ok);
  assert.deepEqual(
    diagnostics.map(({ code, severity }) => `${severity} ${code}`),
    ['warning not-made-yet', 'warning not-made-yet'],
  );
  assert.deepEqual(problemsOfServices(result.loaded, ['a', 'b']), []);
});

test('places are found by key, else by the nearest key around it', (t) => {
  const { places } = loadGood(
    t,
    'services:\n  a.b:\n    command: node\n    restart:\n      window: 1m\n    depends_on: {c.d: {}}\n  c.d: {command: node}\n',
  );
  const at = (key: string) => {
    const place = findPlace(places, 'a.b', key);
    return place && `${place.line}:${place.col}`;
  };
  assert.equal(at('restart.window'), '5:7');
  assert.equal(at('restart.max_attempts'), '4:5');
  assert.equal(at('depends_on.c.d'), '6:18');
  assert.equal(at('memory.soft'), '2:3');
  assert.equal(findPlace(places, 'nobody', 'restart'), null);
});

test('a limit that stable runs in between can reach is accepted', (t) => {
  const service = loadService(
    t,
    'command: node\nrestart: {max_crashes: 3, window: 60s, stable_after: 5s, backoff: {initial: 30s, max: 60s, jitter: 0}}',
  );
  assert.equal(service.restart.maxCrashes, 3);
});

test('a port may be shared with a service that starts only on request', (t) => {
  const { result, diagnostics } = loadFiles(
    t,
    'profiles: {x: [b]}\nservices:\n  a: {command: node, ports: {p: 80}}\n  b: {command: node, ports: {p: 80}}\n',
  );
  assert.ok(result.ok);
  assert.deepEqual(
    diagnostics.map(({ code, severity }) => `${severity} ${code}`),
    ['warning port-clash'],
  );
});

test("the user's keys win over those of a preset, maps merged and lists replaced, `null` removing", (t) => {
  const text =
    'services:\n  a:\n    uses: cloudflared\n    enabled: false\n    with: {url: "http://127.0.0.1:80"}\n    liveness: null\n    readiness: {start_timeout: 5s}\n    crash_rules: []\n    restart: on-failure\n';
  const service = loadGood(t, text).project.services['a'];
  assert.equal(service?.command[0], 'cloudflared');
  assert.equal(service?.liveness, null);
  assert.equal(service?.readiness?.startTimeoutMs, 5000);
  assert.deepEqual(service?.readiness?.outputs, ['url']);
  assert.deepEqual(service?.crashRules, []);
  assert.equal(service?.restart.policy, 'on-failure');
});

test('crash rules beside a preset come before its own and replace those of the same name', (t) => {
  const mine =
    '[{name: rate-limited, when: {gave_up: true}, then: [{wait: 1m}]}, {name: mine, when: {gave_up: true}, then: [{keep_trying: true}]}]';
  const service = loadService(t, `uses: cloudflared\nenabled: false\nwith: {url: "http://127.0.0.1:80"}\ncrash_rules: ${mine}`);
  const names = service.crashRules.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2), ['rate-limited', 'mine']);
  assert.equal(names.filter((name) => name === 'rate-limited').length, 1);
  assert.ok(names.length > 2);
});
