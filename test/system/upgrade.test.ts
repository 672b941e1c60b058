import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../src/control/client.ts';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const FILE = `services:
  migrate: {type: job, command: puppet migrate}
  server: {command: puppet server, depends_on: [migrate]}
  mitm: {command: puppet mitm}
  idle: {command: puppet idle}
  banned: {command: puppet banned}`;

projectTest('upgrade replaces omniroute alone: processes, logs, stopped and disabled services stay as they are', async (project) => {
  project.write(FILE);
  const up = project.start('up', '-d');
  await (await project.puppet('migrate').nextRun()).exit(0);
  assert.equal((await up.finished()).code, 0);
  const server = await project.puppet('server').nextRun();
  await project.succeed('stop', 'idle');
  await project.succeed('disable', 'banned');
  await project.waitFor('banned', 'waiting');
  const before = await project.snapshot();
  const {
    ok,
    before: from,
    after,
  } = JSON.parse(await project.succeed('upgrade', '--json')) as {
    readonly ok: boolean;
    readonly before: { readonly pid: number };
    readonly after: { readonly pid: number };
  };
  assert.deepEqual([ok, from.pid], [true, before.pid]);
  const now = await project.snapshot();
  assert.deepEqual([now.pid, now.pid === before.pid], [after.pid, false]);
  const shown = ({ services }: typeof before) => services.map(({ name, state, pid, enabled }) => ({ name, state, pid, enabled }));
  assert.deepEqual(shown(now), shown(before));
  await server.print('still here\n');
  assert.match(await project.succeed('logs', 'server'), /still here/);
  assert.equal(project.entries('migrate', 'starting').length, 1);
  await server.exit(1);
  assert.equal((await project.puppet('server').nextRun()).run, 2);
  assert.equal(project.entries('migrate', 'starting').length, 1);
});

projectTest('what waits for a service while omniroute is replaced goes on waiting', async (project) => {
  project.write('services: {server: {command: puppet server, readiness: {log: {match: "^listening"}}}}');
  const up = project.start('up', '-d');
  const server = await project.puppet('server').nextRun();
  const wait = project.start('wait', 'server', '--for', 'stopped');
  await project.succeed('upgrade');
  await server.print('listening\n');
  assert.equal((await up.finished()).code, 0);
  await project.succeed('stop', 'server');
  assert.equal((await wait.finished()).code, 0);
});

projectTest('a change of the file that is on trial, or was taken back, is not applied for good by an upgrade', async (project) => {
  const file = (value: string) => `reload: {settle: 1h}\nservices: {server: {command: puppet server, env: {VALUE: ${value}}}}`;
  project.write(file('good'));
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  project.write(file('bad'));
  const changed = await project.puppet('server').nextRun();
  assert.match(await project.fail(1, 'upgrade'), /a change of the file is still on trial/);
  await changed.exit(1);
  const { hello, pid } = await project.puppet('server').nextRun();
  assert.equal(hello.env['VALUE'], 'good');
  await project.event('server', 'rolled-back');
  assert.match(await project.fail(1, 'upgrade'), /the file is not what runs: server would not be kept as it is; nothing was touched/);
  project.write(file('good'));
  await project.succeed('upgrade');
  assert.equal((await project.service('server')).pid, pid);
});

const NEVER = 'restart: {max_attempts: 1, backoff: {first: 0s, initial: 10ms}, retry_after: never}';
const AT_REST = `services:
  keeper: {command: puppet keeper}
  once: {command: puppet once, restart: never}
  tired: {command: puppet tired, optional: true, ${NEVER}}
  patient: {command: puppet patient, ${NEVER.replace('never', '1h')}}
  web: {command: puppet web, depends_on: [db]}
  db: {command: puppet db}
  stopped: {command: puppet stopped}
  migrate: {type: job, command: puppet migrate}
  nightly: {type: job, command: puppet nightly, schedule: "0 3 * * *"}
  banned: {command: puppet banned}
  allowed: {command: puppet allowed, enabled: false}
  behind: {command: puppet behind, depends_on: [once]}
`;

/** All of AT_REST, each in its own way. */
async function bringToRest(project: Project): Promise<void> {
  const up = project.start('up', '-d');
  for (const [name, runs] of [
    ['once', 1],
    ['tired', 2],
    ['patient', 2],
  ] as const)
    for (let run = 1; run <= runs; run += 1) await (await project.puppet(name).nextRun()).exit(3);
  await (await project.puppet('migrate').nextRun()).exit(0);
  await up.finished();
  for (const name of ['tired', 'patient']) await project.waitFor(name, 'failed');
  await project.waitFor('migrate', 'completed');
  for (const name of ['keeper', 'web', 'stopped', 'banned', 'behind']) await project.waitFor(name, 'ready');
  await project.succeed('stop', 'stopped', 'db');
  await project.succeed('disable', 'banned');
  await project.succeed('enable', 'allowed');
  await project.waitFor('allowed', 'ready');
}

/** As a user sees them, without what grows by itself. */
async function standings(project: Project, names: readonly string[] = []): Promise<unknown> {
  const { services } = await project.snapshot();
  const asked = services.filter(({ name }) => names.length === 0 || names.includes(name));
  return asked.map(({ name, state, pid, run, desired, enabled, restarts, why, nextAt, blockedBy }) => ({
    ...{ name, state, pid, run, desired, enabled, restarts, blockedBy },
    why: why.replace(/in [0-9hms]+$/, 'later'),
    isTriedAgain: nextAt !== null,
  }));
}

projectTest(
  'upgrade leaves at rest what is: given up, completed, stopped though others need it, disabled, or enabled by hand',
  async (project) => {
    project.write(AT_REST);
    await bringToRest(project);
    const before = await standings(project);
    const asked = ['stopped', 'once', 'tired'] as const;
    const lastRuns = () => Promise.all(asked.map(async (name) => /run \d+ ended after .*/.exec(await project.succeed('why', name))?.[0]));
    const ended = await lastRuns();
    assert.match(ended.join('\n'), /run 1 ended after .*asked by cli[^]*run 1 ended after .*exit 3[^]*run 2 ended after .*exit 3/);
    await project.succeed('upgrade');
    assert.deepEqual([await standings(project), await lastRuns()], [before, ended]);
    const failedAt = project.entries('tired', 'failed').length;
    await project.succeed('upgrade');
    assert.deepEqual([await standings(project), project.entries('tired', 'failed').length], [before, failedAt]);
    const start = project.start('start', 'once');
    assert.equal((await project.puppet('once').nextRun()).run, 2);
    assert.equal((await start.finished()).code, 0);
    assert.equal((await project.puppet('behind').nextRun()).run, 1);
  },
);

projectTest(
  'after omniroute was killed, up tries again what had given up or was stopped, and leaves the rest as it was',
  async (project) => {
    project.write(AT_REST);
    await bringToRest(project);
    const kept = ['keeper', 'web', 'migrate', 'nightly', 'banned', 'allowed', 'behind'];
    const before = await standings(project, kept);
    process.kill((await project.snapshot()).pid, 'SIGKILL');
    await project.succeed('up', '-d');
    assert.deepEqual(await standings(project, kept), before);
    assert.deepEqual(
      (await project.snapshot()).services.filter(({ name }) => !kept.includes(name)).map(({ state }) => state),
      ['ready', 'ready', 'ready', 'ready', 'ready'],
    );
    const again = project.start('up', '-d', 'migrate');
    await (await project.puppet('migrate').nextRun()).exit(0);
    assert.equal((await again.finished()).code, 0, 'named, a job that has completed is meant');
  },
);

projectTest('a job that has completed runs again where the file asks for another one by now', async (project) => {
  const file = (word: string) =>
    `services: {keeper: {command: puppet keeper}, migrate: {type: job, command: puppet migrate, env: {NOW: ${word}}}}`;
  project.write(file('one'));
  const up = project.start('up', '-d', '--no-watch');
  await (await project.puppet('migrate').nextRun()).exit(0);
  assert.equal((await up.finished()).code, 0);
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  project.write(file('two'));
  const again = project.start('up', '-d', '--no-watch');
  await (await project.puppet('migrate').nextRun()).exit(0);
  assert.equal((await again.finished()).code, 0);
  project.write(file('three'));
  await project.succeed('upgrade');
  await (await project.puppet('migrate').nextRun()).exit(0);
  await project.waitFor('migrate', 'completed');
});

const WITH_A_JOB = 'services: {migrate: {type: job, command: puppet migrate}, web: {command: puppet web, depends_on: [migrate]}}';

projectTest('a job that was cut short together with omniroute, as when the power fails, runs again at the next up', async (project) => {
  project.write(WITH_A_JOB);
  project.start('up', '-d');
  const cut = await project.puppet('migrate').nextRun();
  await project.event('migrate', 'ready');
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  process.kill(cut.pid, 'SIGKILL');
  const again = project.start('up', '-d');
  await (await project.puppet('migrate').nextRun()).exit(0);
  assert.equal((await again.finished()).code, 0);
  assert.equal((await project.service('web')).state, 'ready');
});

const WAYS_TO_GO: Readonly<Record<string, (project: Project) => Promise<unknown>>> = {
  'was killed': async (project) => process.kill((await project.snapshot()).pid, 'SIGKILL'),
  'handed over, and nobody came': (project) =>
    connect(realpathSync(join(project.stateDir, 'supervisor', 'control.sock'))).submit({ type: 'hand-over' }),
};

for (const [way, go] of Object.entries(WAYS_TO_GO))
  projectTest(`where nothing of it runs any more, all starts anew: omniroute ${way}`, async (project) => {
    project.write(WITH_A_JOB);
    const up = project.start('up', '-d');
    await (await project.puppet('migrate').nextRun()).exit(0);
    assert.equal((await up.finished()).code, 0);
    const web = await project.puppet('web').nextRun();
    await go(project);
    await eventually(
      () => 'omniroute to be gone',
      async () => ((await project.run('ps')).code === 3 ? true : null),
    );
    process.kill(web.pid, 'SIGKILL');
    const again = project.start('up', '-d');
    await (await project.puppet('migrate').nextRun()).exit(0);
    assert.equal((await again.finished()).code, 0);
  });

projectTest('after an upgrade the file is obeyed as before: services that are added start, what is watched restarts', async (project) => {
  const file = `services:
  server: {command: puppet server, watch: {paths: [code]}}
  broken: {command: puppet broken, watch: {paths: [code]}, restart: never}
  gone: {command: puppet gone}
`;
  project.write('', 'code/main');
  project.write(file);
  const up = project.start('up', '-d', '--no-watch');
  await (await project.puppet('broken').nextRun()).exit(1);
  await up.finished();
  // `up -d` ends as soon as one has given up.
  for (const name of ['server', 'gone']) await project.waitFor(name, 'ready');
  const first = await project.puppet('server').nextRun();
  project.write(file.replace(/ {2}gone.*/, '  added: {command: puppet added}'));
  assert.match(await project.fail(1, 'upgrade'), /not kept: gone/);
  assert.deepEqual([(await project.service('added')).state, (await project.service('server')).pid], ['stopped', first.pid]);
  project.write(file.replace(/ {2}gone.*/, '  another: {command: puppet another}'));
  await project.succeed('reload');
  assert.equal((await project.puppet('another').nextRun()).run, 1);
  project.write('changed', 'code/main');
  assert.equal((await project.puppet('server').nextRun()).run, 2);
  assert.equal((await project.puppet('broken').nextRun()).run, 2);
});

projectTest('upgrade says whose processes it did not keep, as its environment asks for others', async (project) => {
  project.write('services: {server: {command: puppet server, env: {WORD: "${env.WORD:-one}"}}, same: {command: puppet same}}');
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  project.env['WORD'] = 'two';
  assert.match(await project.fail(1, 'upgrade'), /1 service kept its process[^]*not kept: server/);
  assert.equal((await project.puppet('server').nextRun()).run, 2);
});

projectTest('upgrade, and an up that names one, keep an instance that the file does not have', async (project) => {
  project.write('services: {web: {command: puppet web, instances: 1}}');
  await project.succeed('up', '-d');
  const first = await project.puppet('web').nextRun();
  await project.succeed('scale', 'web=2');
  const second = await project.puppet('web').nextRun();
  await project.succeed('upgrade');
  const { services, pid } = await project.snapshot();
  assert.deepEqual(
    services.map((service) => [service.name, service.pid]),
    [
      ['web:1', first.pid],
      ['web:2', second.pid],
    ],
  );
  process.kill(pid, 'SIGKILL');
  await project.succeed('up', '-d', 'web:2');
  assert.equal((await project.service('web:2')).pid, second.pid);
});

projectTest(
  'upgrade is refused, and nothing touched, with a file that is invalid, in the foreground, and when nothing runs',
  async (project) => {
    project.write(FILE);
    await project.fail(3, 'upgrade');
    const up = project.start('up', 'mitm');
    const mitm = await project.puppet('mitm').nextRun();
    await project.waitFor('mitm', 'ready');
    assert.match(await project.fail(1, 'upgrade'), /runs in the foreground of a terminal/);
    project.write(`${FILE}\nservces: {}`);
    assert.match(await project.fail(78, 'upgrade'), /unknown-key/);
    assert.ok(mitm.alive);
    up.signal('SIGINT');
    await up.finished();
  },
);
