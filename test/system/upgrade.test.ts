import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

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
