import assert from 'node:assert/strict';
import { smallDiskTest } from '../rig/small-disk.ts';
import { eventually } from '../rig/within.ts';

smallDiskTest(
  'a full disk stops neither services nor omniroute: what is lost is counted, and logging goes on when there is room',
  async (project, disk) => {
    project.write('services: {server: {command: puppet server}, other: {command: puppet other}}');
    await project.succeed('up', '-d');
    const server = await project.puppet('server').nextRun();
    const other = await project.puppet('other').nextRun();
    disk.fill();
    for (let n = 0; n < 64; n++) await server.print(`${'x'.repeat(8191)}\n`);
    // A command is answered, a crash healed, with nothing left to write on.
    await other.exit(1);
    const second = await project.puppet('other').nextRun();
    assert.deepEqual([(await project.service('other')).pid, server.alive], [second.pid, true]);
    disk.makeRoom();
    // The journal is on the same disk: what could not be written there is told all the same.
    await eventually(
      () => 'the loss to be told',
      async () => /server +log-dropped +.*\d/.exec(await project.succeed('events')),
    );
    // Writing is tried again now and then, not with every line.
    await eventually(
      () => 'the log to go on',
      async () => {
        await server.print('there is room again\n');
        return /bytes lost here: ENOSPC\]\nthere is room again/.exec(await project.succeed('logs', 'server'));
      },
    );
  },
);

smallDiskTest('ps says what a full disk costs while it does, and how much was lost after it', async (project, disk) => {
  project.write('services: {server: {command: puppet server}, other: {command: puppet other}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  const other = await project.puppet('other').nextRun();
  assert.deepEqual((await project.snapshot()).degraded, []);
  disk.fill();
  for (let n = 0; n < 4; n++) await server.print(`${'x'.repeat(8191)}\n`);
  await other.exit(1);
  await project.puppet('other').nextRun();
  const told = await eventually(
    () => 'all that is degraded',
    async () => {
      const { stderr } = await project.run('ps');
      return /state\.json cannot/.test(stderr) && /server: its log cannot/.test(stderr) ? stderr : null;
    },
  );
  assert.match(told, /degraded: state\.json cannot be written: ENOSPC/);
  assert.match(told, /degraded: server: its log cannot be written: ENOSPC/);
  assert.match(told, /server: \d+ KiB of its output could not be written and are lost/);
  disk.makeRoom();
  await eventually(
    () => 'nothing to be degraded any more, by itself',
    async () => {
      const { degraded } = await project.snapshot();
      return degraded.every(({ text }) => text.startsWith('the journal')) ? true : null;
    },
  );
  const { droppedBytes } = await project.service('server');
  assert.ok(droppedBytes > 0 && droppedBytes <= 4 * 8192, String(droppedBytes));
  assert.match(await project.succeed('status', 'server'), /lost output +\d+ KiB/);
});

smallDiskTest('upgrade waits for room on the disk: the next omniroute would not know who was disabled', async (project, disk) => {
  project.write('services: {server: {command: puppet server}, other: {command: puppet other}}');
  await project.succeed('up', '-d');
  await project.succeed('disable', 'other');
  await project.waitFor('other', 'waiting');
  disk.fill();
  const { pid } = await project.snapshot();
  assert.match(await project.fail(1, 'upgrade'), /would be forgotten, for state\.json cannot be written: ENOSPC/);
  assert.equal((await project.snapshot()).pid, pid);
  disk.makeRoom();
  await project.succeed('upgrade');
  assert.equal((await project.service('other')).enabled, false);
});
