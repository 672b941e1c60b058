// Files as people have them, taken over and then read by the loader: what it understands is what the other tool understood.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { ServiceSpec } from '../../src/spec.ts';
import { importFixture, type Loaded } from './import-fixture.ts';

const sh = (text: string) => ['/bin/sh', '-c', text];
const bash = (text: string) => ['bash', '-c', text];
const service = ({ project }: Loaded, name: string) => project.services[name] as ServiceSpec;
const inFolder = ({ dir }: Loaded, path: string | null) => path?.replace(dir, '.');
const commands = ({ project }: Loaded) => Object.fromEntries(Object.values(project.services).map(({ name, command }) => [name, command]));

const FIXTURES: Readonly<Record<string, (t: TestContext, path: string) => void>> = {
  'procfile/rails.Procfile': (t, path) => {
    const loaded = importFixture(t, path);
    assert.deepEqual(commands(loaded), {
      release: ['bin/rails', 'db:migrate'],
      web: sh('bin/rails server -p ${PORT:-3000} -e $RAILS_ENV'),
      worker: ['bundle', 'exec', 'sidekiq', '-C', 'config/sidekiq.yml'],
      clock: sh('while :; do bin/rake tick; sleep 60; done'),
    });
    assert.equal(service(loaded, 'release').type, 'job');
    assert.deepEqual(service(loaded, 'clock').dependsOn, { release: { condition: 'completed', restart: 'never' } });
    assert.deepEqual(service(loaded, 'web').ports, { http: 5100 });
    assert.deepEqual(loaded.told, []);
  },
  'procfile/node.Procfile': (t, path) => {
    const loaded = importFixture(t, path);
    assert.deepEqual(Object.keys(loaded.project.services), ['web', 'queue_worker', 'mailer']);
    assert.deepEqual([service(loaded, 'web').ports, service(loaded, 'mailer').ports], [{ http: 5000 }, { http: 5200 }]);
    assert.deepEqual(loaded.told, []);
  },
  'procfile/quirks.Procfile': (t, path) => {
    const loaded = importFixture(t, path);
    assert.deepEqual(commands(loaded), {
      'supervisor-app': ['./watchdog.sh'],
      web: ['./second.sh'],
      css: ['npx', 'tailwindcss', '-i', 'in.css', '-o', 'out.css', '--watch'],
    });
    assert.deepEqual(loaded.told, ['1:1 renamed supervisor', '2:1 not-carried web']);
  },
  'procfile/Procfile.dev': (t, path) => {
    const loaded = importFixture(t, path, { files: ['.env'] });
    assert.deepEqual(Object.keys(loaded.project.services), ['web', 'js', 'css']);
    assert.match(loaded.text, /^env_file:\n {2}- \{path: \.env, required: false\}$/m);
  },
  'pm2/ecosystem.json': (t, path) => {
    const loaded = importFixture(t, path);
    const api = service(loaded, 'api');
    assert.deepEqual(api.command, ['node', '--max-http-header-size=16384', './dist/server.js', '--port', '3000']);
    assert.equal(inFolder(loaded, api.cwd), './api');
    assert.deepEqual(api.env, { NODE_ENV: 'development', PORT: '3000', MOTD: 'costs ${5}' });
    assert.deepEqual(api.restart.backoff, { firstMs: 4000, initialMs: 4000, factor: 1, maxMs: 4000, jitter: 0 });
    assert.deepEqual([api.restart.maxAttempts, api.restart.maxCrashes, api.restart.stableAfterMs], [8, null, 5000]);
    assert.deepEqual([api.memory.softBytes, api.stop.gracePeriodMs], [300 * 1024 ** 2, 3000]);
    assert.deepEqual(service(loaded, 'worker-2').command, ['python3', '-u', 'worker.py']);
    assert.equal(service(loaded, 'worker-2').env['NODE_APP_INSTANCE'], '2');
    const report = service(loaded, 'report');
    assert.deepEqual([report.command, report.restart.policy, report.successExit], [['bash', 'bin/report.sh'], 'never', [0, 3]]);
    assert.deepEqual(report.watch?.ignore, ['node_modules', '**/*.log']);
    assert.deepEqual(loaded.told, [
      '10:7 not-carried env_production',
      '16:7 not-carried out_file',
      '17:7 not-carried merge_logs',
      '28:7 not-carried cron_restart',
      '37:7 not-carried uid',
      '40:3 not-carried deploy',
    ]);
  },
  'pm2/ecosystem.yml': (t, path) => {
    const loaded = importFixture(t, path);
    assert.deepEqual(commands(loaded), {
      gateway: ['node', 'server.mjs'],
      site: ['npm', 'run', 'preview', '--', '--host'],
      'static-files': ['npx', 'serve', '-s', 'build'],
    });
    assert.deepEqual(service(loaded, 'gateway').ports, { http: 8080 });
    assert.equal(inFolder(loaded, service(loaded, 'gateway').watch?.paths[0] ?? null), '.');
    assert.equal(service(loaded, 'site').enabled, false);
    assert.equal(service(loaded, 'site').env['NODE_OPTIONS'], '--enable-source-maps');
    assert.deepEqual(loaded.told, [
      '4:5 not-carried instances',
      '8:5 not-carried wait_ready',
      '9:5 not-carried listen_timeout',
      '10:5 not-carried namespace',
      '16:5 not-carried treekill',
      '19:11 renamed static files',
    ]);
  },
  'pm2/processes.json': (t, path) => {
    const loaded = importFixture(t, path);
    const legacy = service(loaded, 'legacy');
    assert.deepEqual(legacy.command, ['legacy', '-a', 'two words', '-b']);
    assert.deepEqual(legacy.env, { EMPTY: '', FLAG: 'true' });
    assert.deepEqual(
      legacy.watch?.paths.map((each) => inFolder(loaded, each)),
      ['./lib'],
    );
    assert.deepEqual([service(loaded, 'perl').command, service(loaded, 'perl').restart.stableAfterMs], [['perl', 'a.pl'], 2000]);
    assert.deepEqual(loaded.told, [
      '10:5 not-carried max_restarts',
      '11:5 not-carried filter_env',
      '13:5 not-carried watch_delay',
      '14:5 not-carried vizion',
    ]);
  },
  'pm2/single-app.json': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'pm2' });
    assert.deepEqual(commands(loaded), { bot: ['bun', 'bot.ts'] });
    assert.equal(service(loaded, 'bot').memory.softBytes, 157_286_400);
    assert.deepEqual(loaded.told, ['1:38 not-carried error_file', '1:63 not-carried time']);
  },
  'pm2/app-list.pm2.json': (t, path) => {
    const loaded = importFixture(t, path);
    assert.deepEqual(commands(loaded), { one: ['node', 'one.js'], two: ['/bin/echo', '-v', '--name', 'the second'] });
    assert.deepEqual([service(loaded, 'one').restart.policy, service(loaded, 'one').successExit], ['on-failure', [5]]);
  },
  'pm2/ecosystem.config.cjs': (t, path) => {
    const apps = [
      { cwd: '/tmp', env: { TZ: 'UTC' }, name: 'first', script: 'first.js', kill_timeout: 5000, cron_restart: '0 0 * * *' },
      { cwd: '/tmp', env: { TZ: 'UTC' }, name: 'second', script: 'second.js', instances: 2, log_date_format: 'YYYY' },
    ];
    const loaded = importFixture(t, path, { evaluated: { apps } });
    assert.deepEqual(Object.keys(loaded.project.services), ['first', 'second-0', 'second-1']);
    assert.equal(service(loaded, 'first').stop.gracePeriodMs, 5000);
    assert.deepEqual(loaded.told, ['12:7 not-carried cron_restart', '19:7 not-carried log_date_format']);
  },
  'pm2/ecosystem.config.mjs': (t, path) => {
    const loaded = importFixture(t, path, { evaluated: { apps: [{ name: 'module', script: 'main.mjs', max_restarts: 3 }] } });
    assert.equal(service(loaded, 'module').restart.maxAttempts, 3);
  },
  'process-compose/web.process-compose.yaml': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'process-compose' });
    const { project } = loaded;
    assert.equal(project.name, 'web-shop');
    assert.deepEqual([project.logs.maxSizeBytes, project.logs.keep], [5 * 1024 ** 2, 3]);
    const [db, migrate, web] = ['db', 'migrate', 'web'].map((name) => service(loaded, name)) as [ServiceSpec, ServiceSpec, ServiceSpec];
    assert.deepEqual(db.command, ['sh', '-c', 'postgres -D ""']);
    assert.deepEqual(db.env, { LOG_LEVEL: 'info', DATABASE_URL: 'postgres://shop@127.0.0.1/shop' });
    assert.deepEqual(db.readiness?.probes, [{ type: 'exec', command: ['pg_isready', '-h', '127.0.0.1'] }]);
    assert.deepEqual([db.readiness?.periodMs, db.readiness?.startTimeoutMs], [5000, 32_000]);
    assert.deepEqual(db.stop, { signal: 'SIGINT', gracePeriodMs: 20_000, command: null });
    assert.deepEqual([db.restart.policy, db.restart.maxAttempts, db.restart.backoff.maxMs], ['always', 5, 2000]);
    assert.equal(migrate.type, 'job');
    assert.deepEqual(web.command, ['sh', '-c', './configure.sh\nexec ./server --port 8080']);
    assert.equal(web.env['GREETING'], 'hello $USER');
    assert.deepEqual(
      Object.entries(web.dependsOn).map(([name, { condition }]) => [name, condition]),
      [
        ['db', 'ready'],
        ['migrate', 'completed'],
      ],
    );
    assert.deepEqual(web.liveness?.probe, {
      type: 'http',
      url: 'http://127.0.0.1:8080/health',
      statuses: [{ min: 204, max: 204 }],
    });
    assert.equal(web.restart.policy, 'on-failure');
    assert.deepEqual(loaded.told, [
      '3:1 not-carried log_level',
      '4:1 not-carried log_length',
      '9:5 not-carried max_age_days',
      '10:5 not-carried compress',
      '64:5 not-carried log_location',
      '65:5 not-carried namespace',
    ]);
  },
  'process-compose/environment.process-compose.yaml': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'process-compose' });
    assert.deepEqual(service(loaded, 'a').command, bash(`printf '%s\\n' "$A" fallback \${NESTED:-\${INNER}}`));
    assert.deepEqual(service(loaded, 'a').env, { SHARED: '1', A: '1', B: 'two words', C: 'true' });
    const b = service(loaded, 'b');
    assert.equal(b.env['URL'], 'http://127.0.0.1:${PORT}/?a=b');
    assert.deepEqual([b.stop.command, b.stop.gracePeriodMs], [['./stop-b'], 3000]);
    assert.deepEqual([b.restart.policy, b.restart.maxAttempts, b.restart.maxCrashes], ['always', null, null]);
    assert.deepEqual(loaded.told, [
      '6:5 changed command',
      '8:5 not-carried is_dotenv_disabled',
      '14:5 not-carried log_configuration',
      '18:5 not-carried mcp',
    ]);
  },
  'process-compose/replicas.yaml': (t, path) => {
    const loaded = importFixture(t, path);
    assert.deepEqual(commands(loaded), {
      'consumer-0': ['./consume', '--number', '0', '--dir', '/srv/orders'],
      'consumer-1': ['./consume', '--number', '1', '--dir', '/srv/orders'],
      producer: bash("./produce --admin 9900 --format '{{ .Name }}' --now {{ now }}"),
      raw: ['echo', '{{ .Raw }}'],
    });
    assert.deepEqual(
      Object.entries(service(loaded, 'producer').dependsOn).map(([name, { condition }]) => [name, condition]),
      [
        ['consumer-0', 'ready'],
        ['consumer-1', 'started'],
      ],
    );
    assert.equal(service(loaded, 'consumer-1').readiness?.log?.match, 'connected to .* broker');
    assert.equal(service(loaded, 'consumer-1').env['PC_REPLICA_NUM'], '1');
    assert.deepEqual(loaded.told, ['11:5 not-carried disable_ansi_colors', '13:5 changed command']);
  },
  'process-compose/daemon.process-compose.yml': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'process-compose' });
    const nginx = service(loaded, 'nginx');
    assert.deepEqual(nginx.command, bash('docker run -d --rm -p80:80 --name ${NGINX_NAME} nginx'));
    assert.deepEqual(nginx.stop, { signal: 'SIGTERM', gracePeriodMs: 10_000, command: ['docker', 'stop', 'nginx'] });
    assert.equal(service(loaded, 'editor').enabled, false);
    assert.deepEqual(service(loaded, 'watcher').watch?.ignore, ['**/*.tmp']);
    const nightly = service(loaded, 'nightly');
    assert.deepEqual([nightly.type, nightly.command, nightly.successExit], ['job', ['./nightly.sh', '--full'], [0, 130]]);
    assert.deepEqual(nightly.schedule, { cron: '0 2 * * *', timezone: 'Europe/Berlin', overlap: 'skip', misfire: 'run' });
    assert.deepEqual([service(loaded, 'polled').schedule?.cron, service(loaded, 'odd').schedule], ['*/15 * * * *', null]);
    assert.equal(service(loaded, 'tail').env['FROM_FILE'], '1');
    const keys = loaded.told.map((line) => line.split(' ').at(-1));
    assert.deepEqual(keys, [
      ...['env_cmds', 'is_daemon', 'launch_timeout_seconds', 'is_foreground', 'is_tty', 'debounce', 'cascade'],
      ...['restart', 'exit_on_end', 'run_on_start', 'interval', 'parent_only', 'send_keys', 'condition'],
    ]);
  },
  'process-compose/probes.process-compose.yaml': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'process-compose' });
    assert.deepEqual(service(loaded, 'api').readiness?.probes, [
      { type: 'http', url: 'http://127.0.0.1:7000/ready', statuses: [{ min: 200, max: 200 }] },
    ]);
    assert.deepEqual(service(loaded, 'checked').liveness?.probe, {
      type: 'exec',
      command: bash("cd 'it'\\''s here' && { ./check.sh\n}"),
    });
    assert.deepEqual(loaded.told, [
      '3:3 unknown-key unknown_thing',
      '9:52 not-carried headers',
      '10:7 not-carried success_threshold',
      '17:7 not-carried initial_delay_seconds',
    ]);
  },
  'compose/docker-compose.yml': (t, path) => {
    const loaded = importFixture(t, path);
    assert.deepEqual(Object.keys(loaded.project.services), ['web', 'migrate']);
    const web = service(loaded, 'web');
    assert.deepEqual(web.command, ['node', 'server.js', '--port', '8080']);
    assert.deepEqual(web.env, { NODE_ENV: 'production', DATABASE_URL: 'postgres://shop:of-the-database@127.0.0.1/shop' });
    assert.deepEqual(web.ports, { 'tcp-8080': 8080, 'tcp-9229': 9229 });
    assert.equal(inFolder(loaded, web.cwd), './web');
    assert.deepEqual(web.readiness?.probes, [{ type: 'exec', command: ['curl', '-fsS', 'http://127.0.0.1:8080/health'] }]);
    assert.deepEqual([web.readiness?.timeoutMs, web.readiness?.failureThreshold, web.readiness?.startTimeoutMs], [3000, 5, 80_000]);
    assert.deepEqual([web.stop.gracePeriodMs, web.memory.hardBytes, web.restart.policy], [90_000, 512 * 1024 ** 2, 'always']);
    assert.deepEqual(web.dependsOn, { migrate: { condition: 'completed', restart: 'never' } });
    assert.deepEqual([service(loaded, 'migrate').type, service(loaded, 'migrate').restart.policy], ['job', 'never']);
    assert.deepEqual(loaded.told, [
      '6:3 not-carried db',
      '10:5 changed build',
      '12:5 not-carried working_dir',
      '21:7 not-carried db',
      '32:5 not-carried logging',
      '33:5 not-carried networks',
      '35:5 changed build',
      '38:1 not-carried networks',
      '40:1 not-carried volumes',
    ]);
  },
  'compose/workers.compose.yaml': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'compose' });
    assert.deepEqual(Object.keys(loaded.project.services), ['worker-0', 'worker-1', 'debug']);
    const worker = service(loaded, 'worker-1');
    assert.deepEqual(worker.command, ['sh', '-c', 'echo "$WORKER_NAME"; exec ./worker']);
    assert.deepEqual(worker.env, { QUEUE: 'default', GREETING: 'a=b', REPLICA: '1' });
    assert.deepEqual([worker.restart.policy, worker.restart.maxAttempts, worker.stop.signal], ['on-failure', 3, 'SIGQUIT']);
    assert.equal(worker.memory.hardBytes, 200 * 1024 ** 2);
    const debug = service(loaded, 'debug');
    assert.deepEqual([debug.command, debug.profiles, debug.ports], [['./debug', '--verbose'], ['tools', 'debug'], { inspector: 9230 }]);
    assert.deepEqual(Object.keys(debug.dependsOn), ['worker-0', 'worker-1']);
    assert.deepEqual(debug.readiness?.probes, [{ type: 'exec', command: ['/bin/sh', '-c', './ok || exit 1'] }]);
  },
  'compose/hooks.compose.yml': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'compose' });
    const app = service(loaded, 'app');
    assert.deepEqual([app.hooks.post_ready?.command, app.hooks.pre_stop?.command], [['./announce.sh', 'up'], ['./drain.sh']]);
    assert.deepEqual(app.dependsOn, { cache: { condition: 'started', restart: 'on-update' } });
    assert.equal(app.readiness, null);
    assert.deepEqual(service(loaded, 'cache').command, ['./cache', '--limit', '${LIMIT:+set}', '--name', 'none']);
    assert.deepEqual([service(loaded, 'cache').ports, service(loaded, 'cache2').ports], [{ 'tcp-6379': 6379 }, {}]);
  },
  'compose/variables.compose.yml': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'compose' });
    assert.equal(loaded.project.name, 'variables');
    const [a, b] = [service(loaded, 'a'), service(loaded, 'b')];
    const braces = '${BRACES}';
    assert.deepEqual(a.command, ['./run', '--level', 'warn', '--home', '/with space', '--raw', '$RAW', '--braces', braces]);
    assert.deepEqual(a.env, { FROM_FILE: '1', KEY: 'of-the-key', N: '5', B: 'true' });
    assert.deepEqual(
      [a.ports, a.memory.hardBytes, a.stop.signal, a.restart.policy],
      [{ 'tcp-7000': 7000 }, 2 ** 30, 'SIGKILL', 'on-failure'],
    );
    assert.deepEqual([b.enabled, inFolder(loaded, b.cwd), b.ports], [false, './b', { 'tcp-80': 80, 'tcp-81': 81, 'tcp-82': 82 }]);
    assert.deepEqual(loaded.told, [
      '9:5 not-carried cpus',
      '10:5 not-carried labels',
      '16:5 changed build',
      '18:13 changed ports',
      '19:28 not-carried restart_policy',
      '19:64 not-carried mode',
      '20:5 not-carried volumes_from',
    ]);
  },
  'package-json/app.package.json': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'package-json' });
    const app = service(loaded, 'app');
    assert.deepEqual([app.command, app.hooks.pre_start?.command], [sh('next start -p ${PORT:-3000}'), ['node', 'scripts/check.js']]);
    assert.equal(app.env['PATH'], `${loaded.dir}/node_modules/.bin:${loaded.dir}/bin`);
    assert.deepEqual(
      Object.values(loaded.project.services).map(({ name, enabled }) => [name, enabled]),
      [
        ['app', true],
        ['dev', false],
        ['worker-mail', false],
      ],
    );
    assert.deepEqual(loaded.told, ['8:5 not-carried build', '9:5 not-carried test', '10:5 not-carried prepare']);
  },
  'package-json/library.package.json': (t, path) => {
    const loaded = importFixture(t, path, { kind: 'package-json', files: ['main.js'] });
    assert.deepEqual(commands(loaded), { app: ['node', 'main.js'] });
  },
};

for (const [path, check] of Object.entries(FIXTURES)) test(`${path} means the same to omniroute`, (t) => check(t, path));

test('every fixture is read', () => {
  const files = readdirSync('test/import/fixtures', { recursive: true, encoding: 'utf8' }).filter((file) => /\/./.test(file));
  assert.deepEqual(files.sort(), Object.keys(FIXTURES).sort());
});
