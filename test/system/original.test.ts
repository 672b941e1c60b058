// What the supervisor that omniroute grew out of did or meant to do, row by row, each with the YAML that says it. Its seconds are
// hundredths of seconds here, so that nobody waits for them; that the file means the true ones is the first row.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { backoffDelayMs } from '../../src/supervisor/restart.ts';
import { loadGood } from '../config/load-text.ts';
import { type Project, projectTest } from '../rig/project.ts';

const ORIGINAL =
  'restart: {backoff: {first: 1s, initial: 2s, factor: 2, max: 10s, jitter: 0}, stable_after: 30s, max_attempts: 2, max_crashes: unlimited}';
/** The same, a hundred times as fast; `given` goes before. */
function quick(given = ''): string {
  return `restart: {backoff: {first: 10ms, initial: 20ms, factor: 2, max: 100ms, jitter: 0}, stable_after: 1h, max_crashes: unlimited, ${given || 'max_attempts: 2'}}`;
}

test('restarts wait 1 s, 2 s, 4 s, 8 s and never more than 10 s', (t) => {
  const { project } = loadGood(t, `services: {server: {command: [node], ${ORIGINAL}}}`);
  const { backoff, maxAttempts, stableAfterMs } = project.services['server']?.restart ?? assert.fail('there is a server');
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((attempt) => backoffDelayMs(backoff, attempt, 0.9)),
    [1000, 2000, 4000, 8000, 10_000, 10_000],
  );
  assert.deepEqual([maxAttempts, stableAfterMs], [2, 30_000]);
});

async function crash(project: Project, service: string, lastWords = ''): Promise<void> {
  const run = await project.puppet(service).nextRun();
  if (lastWords !== '') await run.print(`${lastWords}\n`, 'stderr');
  await run.exit(1);
}

projectTest('a service is restarted at most twice, each wait twice as long, and then it has failed', async (project) => {
  project.write(`services: {server: {command: puppet server, ${quick()}}}`);
  await project.succeed('up', '-d');
  for (let n = 0; n < 3; n++) await crash(project, 'server');
  await project.event('server', 'failed');
  assert.deepEqual(
    project.entries('server', 'crashed').map(({ text }) => text.replace(/^exit 1(: "[^"]*")?; /, '').replace(/, next try.*/, '')),
    ['restart in 10ms (attempt 1 of 2)', 'restart in 20ms (attempt 2 of 2)', 'gave up'],
  );
});

projectTest('a stable run resets the count', async (project) => {
  project.write(`services: {server: {command: puppet server, ${quick().replace('1h', '1ms')}}}`);
  const up = project.start('up', '-d');
  for (let n = 0; n < 4; n++) {
    const run = await project.puppet('server').nextRun();
    // Stable is decided before anything that comes after it: the crash finds a count of none.
    await project.waitFor('server', 'ready');
    await run.exit(1);
  }
  await project.puppet('server').nextRun();
  await up.finished();
  assert.deepEqual(
    project.entries('server', 'crashed').map(({ text }) => /attempt (\d)/.exec(text)?.[1]),
    ['1', '1', '1', '1'],
  );
});

projectTest('each restart, and giving up, leaves the last 50 lines', async (project) => {
  project.write(`services: {server: {command: puppet server, ${quick('max_attempts: 1')}}}`);
  await project.succeed('up', '-d');
  for (const name of ['first', 'second']) {
    const run = await project.puppet('server').nextRun();
    await run.print(Array.from({ length: 200 }, (_, n) => `${name} ${n}\n`).join(''));
    await run.exit(1);
  }
  await project.event('server', 'failed');
  const folder = join(project.stateDir, 'server/crashes');
  const reports = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  assert.equal(reports.length, 2);
  for (const [index, name] of ['first', 'second'].entries()) {
    for (let n = 150; n < 200; n++) assert.ok(reports[index]?.includes(`\n${name} ${n}\n`), `${name} ${n}`);
  }
});

const BLAME = `
    crash_rules:
      - name: mitm-interference
        when: {log: {any_of: [mitm, tls socket, certificate, hosts, eacces], at_least: 2, last_lines: 50}, cause: [exit, signal], gave_up: true}
        then: [{disable: mitm}, {retry: self}]
        at_most: 1 per 10m`;

projectTest(
  'the proxy is blamed by two of its words in the crash log, switched off, and the server gets a fresh count',
  async (project) => {
    project.write(
      `
services:
  server:
    command: puppet server
    ${quick('max_attempts: 1')}
${BLAME}
  mitm: {command: puppet mitm, optional: true}
`,
    );
    const up = project.start('up', '-d');
    const mitm = await project.puppet('mitm').nextRun();
    await crash(project, 'server', 'Error: Client network socket disconnected before secure TLS socket was established');
    await crash(project, 'server', 'tls socket hang up: self-signed CERTIFICATE in chain');
    // Its restarts were used up: this run is the rule's.
    const third = await project.puppet('server').nextRun();
    await mitm.ended;
    assert.match((await project.service('mitm')).why, /disabled by rule mitm-interference of server/);
    await third.exit(1);
    const fourth = await project.puppet('server').nextRun();
    assert.equal((await project.service('server')).attempt, 1, 'counted afresh');
    // A second time within ten minutes the proxy is not there to be blamed.
    await fourth.print('mitm certificate\n');
    await fourth.exit(1);
    await project.event('server', 'failed');
    await up.finished();
    assert.equal(project.entries('server', 'rule').length, 1);
  },
);

projectTest('one word is not enough to blame the proxy', async (project) => {
  project.write(`services:\n  server:\n    command: puppet server\n    ${quick('policy: never')}${BLAME}\n  mitm: {command: puppet mitm}`);
  const up = project.start('up', '-d');
  const mitm = await project.puppet('mitm').nextRun();
  await crash(project, 'server', 'certificate, certificate, and once more: certificate');
  await project.event('server', 'failed');
  await up.finished();
  assert.ok(mitm.alive);
});

projectTest('pid files are where scripts look for them', async (project) => {
  project.write(
    `state_dir: ./data\nservices: {${['server', 'mitm', 'tunnel/cloudflared', 'tunnel/tailscale'].map((name) => `${name}: {command: puppet ${name}}`).join(', ')}}`,
  );
  await project.succeed('up', '-d');
  for (const name of ['server', 'mitm', 'tunnel/cloudflared', 'tunnel/tailscale']) {
    const { pid } = await project.puppet(name).nextRun();
    assert.equal(project.read(`data/${name}/.pid`), `${pid}\n`);
  }
  await project.succeed('down');
  for (const name of ['server', 'tunnel/tailscale']) assert.ok(!existsSync(join(project.dir, `data/${name}/.pid`)));
});

projectTest('stop is SIGTERM, patience, SIGKILL, for every service there is', async (project) => {
  const names = ['server', 'mitm', 'tunnel/cloudflared', 'tunnel/tailscale'];
  project.write(
    `defaults: {stop: {grace_period: 200ms}}\nservices: {${names.map((name) => `${name}: {command: puppet ${name}}`).join(', ')}}`,
  );
  await project.succeed('up', '-d');
  const runs = await Promise.all(names.map((name) => project.puppet(name).nextRun()));
  await Promise.all(runs.map((run) => run.trap('SIGTERM')));
  await project.succeed('down');
  assert.deepEqual(
    runs.map(({ signals, alive }) => [signals, alive]),
    runs.map(() => [['SIGTERM'], false]),
  );
});

projectTest('the heap limit is in megabytes, beside the options that are there already', async (project) => {
  project.write(
    'services: {server: {command: puppet server, env: {NODE_OPTIONS: --no-warnings}, memory: {heap: 512MiB}}, mitm: {command: puppet mitm, env: {NODE_OPTIONS: --max-old-space-size=99}, memory: {heap: 1GiB}}}',
  );
  await project.succeed('up', '-d');
  assert.equal((await project.puppet('server').nextRun()).hello.env['NODE_OPTIONS'], '--no-warnings --max-old-space-size=512');
  assert.equal((await project.puppet('mitm').nextRun()).hello.env['NODE_OPTIONS'], '--max-old-space-size=99');
});

projectTest('logs are shown inline and crashes are healed all the same', async (project) => {
  project.write(`services: {server: {command: puppet server, ${quick()}}}`);
  const up = project.start('up', '--log');
  await crash(project, 'server', 'first life');
  const second = await project.puppet('server').nextRun();
  await second.print('second life\n');
  await up.printed(/server .*second life/);
  assert.match(up.stdout, /server .*first life\nserver .*second life/);
  assert.match(up.stderr, /server crashed: exit 1: "first life"; restart in 10ms/);
  up.signal('SIGINT');
  await up.finished();
});

projectTest('--no-recovery restarts nothing', async (project) => {
  project.write(`services: {server: {command: puppet server, ${quick()}}}`);
  await project.succeed('up', '-d', '--no-recovery');
  await crash(project, 'server');
  await project.event('server', 'failed');
  const { state, restarts, nextAt } = await project.service('server');
  assert.deepEqual([state, restarts, nextAt], ['failed', 0, null]);
});

for (const limit of [0, 1, 5]) {
  projectTest(`--max-restarts ${limit} is ${limit} restarts`, async (project) => {
    project.write(`services: {server: {command: puppet server, ${quick()}}}`);
    await project.succeed('up', '-d', '--max-restarts', String(limit));
    for (let n = 0; n <= limit; n++) await crash(project, 'server');
    await project.event('server', 'failed');
    assert.equal((await project.service('server')).restarts, limit);
  });
}

projectTest('Ctrl-C while a restart is pending starts nothing more', async (project) => {
  project.write('services: {server: {command: puppet server, restart: {backoff: {first: 1h, max: 1h}}}}');
  const up = project.start('up');
  await crash(project, 'server');
  await project.event('server', 'crashed');
  up.signal('SIGINT');
  const { signal } = await up.finished();
  assert.equal(signal, 'SIGINT');
  assert.equal(project.entries('server', 'starting').length, 1);
});

projectTest('a program that is missing is a message, and the others are kept running', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  project.write('services: {server: {command: puppet server}, mitm: {command: [no-such-program, --flag]}}');
  const said = await project.fail(78, 'reload');
  assert.match(said, /omniroute\.yaml:1:\d+ error missing-executable: .*no-such-program/);
  assert.doesNotMatch(said, / at .*\.js:\d+/, 'no stack trace');
  assert.ok(server.alive);
});
