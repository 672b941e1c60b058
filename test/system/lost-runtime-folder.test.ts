// The runtime folder goes away while omniroute runs: the last session of its user ends, or a cleaner of temporary files comes by.
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeStem } from '../../src/daemon/workplace.ts';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

function removeRuntimeFolder(project: Project): void {
  rmSync(join(project.env['XDG_RUNTIME_DIR'] as string, 'omniroute'), { recursive: true });
}

function supervisorPid(project: Project): number {
  return Number(project.read('.omniroute/supervisor/.pid'));
}

projectTest('a crash after its pipes were removed is healed as ever, and the socket is there again', async (project) => {
  project.write('services: {server: {command: puppet server}, other: {command: puppet other}}');
  await project.succeed('up', '-d');
  const [server, other] = [await project.puppet('server').nextRun(), await project.puppet('other').nextRun()];
  removeRuntimeFolder(project);
  await server.exit(1);
  const second = await project.puppet('server').nextRun();
  const told = await project.event(null, 'runtime-restored');
  assert.match(told.text, /was removed; the control socket and the pipes are at/);
  await second.print('written to the new pipe\n');
  await other.print('written to the removed one\n');
  assert.match(await project.succeed('logs', 'server'), /written to the new pipe/);
  assert.match(await project.succeed('logs', 'other'), /written to the removed one/);
  assert.deepEqual([(await project.service('server')).pid, (await project.service('other')).pid], [second.pid, other.pid]);
});

projectTest('without any crash the socket is made again within seconds', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  removeRuntimeFolder(project);
  await project.event(null, 'runtime-restored');
  assert.equal((await project.service('server')).state, 'ready');
});

projectTest('a file in the place of the runtime folder is told, and once it is gone the socket is made again', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  const folder = dirname(readlinkSync(join(project.stateDir, 'supervisor/control.sock')));
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  assert.match((await project.event(null, 'listen-failed')).text, /is not a folder/);
  rmSync(folder);
  await project.event(null, 'runtime-restored');
  assert.equal((await project.service('server')).pid, server.pid);
});

projectTest('until then, or where it hangs, omniroute is told to run, with its pid and how to end it', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const pid = supervisorPid(project);
  process.kill(pid, 'SIGSTOP');
  try {
    removeRuntimeFolder(project);
    for (const command of ['ps', 'down']) {
      assert.match(await project.fail(1, command), new RegExp(`runs as ${pid}, but cannot be reached.*\\n.*kill ${pid}\``));
    }
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  process.kill(pid, 'SIGTERM');
  await eventually(
    () => 'everything to be gone',
    async () => (project.leftovers().length === 0 ? true : null),
  );
});

projectTest('a service that outlives omniroute with its pipes removed is still heard by the next one', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  process.kill(supervisorPid(project), 'SIGKILL');
  removeRuntimeFolder(project);
  await server.print('while nobody listened\n');
  await project.succeed('up', '-d');
  await server.print('and now\n');
  assert.equal((await project.service('server')).pid, server.pid);
  await eventually(
    () => 'both lines in the log',
    async () => (/while nobody listened\n.*and now/.test(await project.succeed('logs', 'server')) ? true : null),
  );
});

projectTest('an up that cannot have its pipes leaves those of what runs on', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  const pipes = dirname(readlinkSync(join(project.stateDir, 'supervisor/control.sock')));
  const state = join(project.stateDir, 'state.json');
  await eventually(
    () => 'the state on disk',
    () => existsSync(state) || null,
  );
  process.kill(supervisorPid(project), 'SIGKILL');
  // As if its supervisor had been killed before it could write down that it runs.
  project.write(JSON.stringify({ ...(JSON.parse(project.read('.omniroute/state.json')) as object), runs: [] }), '.omniroute/state.json');
  project.write('services: {server: {command: puppet server}, other: {command: puppet other}}');
  const [pipe, inTheWay] = ['server', 'other'].map((name) => join(pipes, `${pipeStem(name)}.out`)) as [string, string];
  writeFileSync(inTheWay, '');
  assert.match(await project.fail(1, 'up', '-d'), /is in the way: it is no named pipe/);
  assert.ok(lstatSync(pipe).isFIFO());
  rmSync(inTheWay);
  await project.succeed('up', '-d');
  assert.equal((await project.service('server')).pid, server.pid);
});
