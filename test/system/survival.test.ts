// Omniroute is killed, and what it should remember is damaged as well: what it started is still known to be its own, and nothing else is.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, projectTest } from '../rig/project.ts';
import { smallDiskTest } from '../rig/small-disk.ts';

const HOUR_MS = 3_600_000;
const TWO = 'services: {server: {command: puppet server}, proxy: {command: puppet proxy}}';

function killSupervisor(project: Project): void {
  process.kill(Number(project.read('.omniroute/supervisor/.pid')), 'SIGKILL');
}

async function pidsOf(project: Project): Promise<Record<string, number | null>> {
  return Object.fromEntries((await project.snapshot()).services.map(({ name, pid }) => [name, pid]));
}

for (const [what, text] of [
  ['corrupt', '{"schema":1,"runs":[{"serv'],
  ['empty', ''],
  ['gone', null],
] as const) {
  projectTest(
    `with state.json ${what}, services that outlived omniroute are known by their mark: seen, taken over, not doubled`,
    async (project) => {
      project.write(TWO);
      await project.succeed('up', '-d');
      const pids = { server: (await project.puppet('server').nextRun()).pid, proxy: (await project.puppet('proxy').nextRun()).pid };
      killSupervisor(project);
      if (text === null) rmSync(join(project.stateDir, 'state.json'), { force: true });
      else project.write(text, '.omniroute/state.json');
      assert.match(await project.fail(3, 'ps'), /2 services of it still run/);
      await project.succeed('up', '-d');
      assert.deepEqual(await pidsOf(project), pids);
      const aside = readdirSync(project.stateDir).filter((name) => name.startsWith('state.json.broken-'));
      assert.equal(aside.length, text === null ? 0 : 1);
    },
  );
}

projectTest('a command that waits when omniroute is killed tells what runs on, not what was', async (project) => {
  project.write(`services:
  db: {command: puppet db}
  server: {command: puppet server, readiness: {log: {match: "^listening"}}}`);
  const up = project.start('up', '-d');
  const server = await project.puppet('server').nextRun();
  const db = await project.puppet('db').nextRun();
  await up.printed(/waits for a line matching/);
  killSupervisor(project);
  const { code, stderr } = await up.finished();
  assert.equal(code, 1);
  assert.match(
    stderr,
    new RegExp(
      `omniroute ended before this was done\\n.* 2 services of it still run: db \\(pid ${db.pid}\\), server \\(pid ${server.pid}\\)`,
    ),
  );
  assert.match(stderr, /`omniroute up` takes them over/);
  assert.doesNotMatch(stderr, /server is starting/);
});

projectTest('an up -d whose omniroute is killed while it starts ends at once, and says what runs on', async (project) => {
  project.write(TWO);
  const up = project.start('up', '-d');
  await project.event(null, 'supervisor-started');
  killSupervisor(project);
  const { code, stderr } = await up.finished();
  assert.equal(code, 1);
  assert.match(stderr, /omniroute was killed before the project had started|omniroute ended before this was done/);
  assert.match(stderr, /`omniroute up` takes (it|them) over|start it with `omniroute up -d`/);
});

projectTest('what somebody was told of a job that is done, or of a service, holds though omniroute is killed at once', async (project) => {
  project.write(`services:
  migrate: {type: job, command: puppet migrate}
  server: {command: puppet server}
  keeper: {command: puppet keeper}`);
  const up = project.start('up', '-d');
  await (await project.puppet('migrate').nextRun()).exit(0);
  await project.event('migrate', 'completed');
  killSupervisor(project);
  await up.finished();
  await project.succeed('up', '-d');
  assert.deepEqual([(await project.service('migrate')).state, (await project.service('migrate')).run], ['completed', 1]);
  await project.succeed('disable', 'server');
  killSupervisor(project);
  await project.succeed('up', '-d');
  assert.equal((await project.service('server')).enabled, false);
});

projectTest('a port that was chosen stays the one that its process was told, though omniroute is killed at once', async (project) => {
  project.write('services: {web: {command: puppet web, ports: {http: auto}}}');
  const up = project.start('up', '-d');
  await project.event('web', 'starting');
  killSupervisor(project);
  await up.finished();
  await project.succeed('up', '-d');
  const { env, pid } = (await project.puppet('web').nextRun()).hello;
  const { ports, pid: pidNow } = await project.service('web');
  assert.deepEqual([ports, pidNow], [{ http: Number(env['PORT']) }, pid]);
});

projectTest('a run is shown to have begun when it did, though the machine slept since its record was written', async (project) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const { startedAt } = await project.service('server');
  const begunWithin = async (ms: number): Promise<void> =>
    assert.ok(Math.abs(((await project.service('server')).startedAt ?? 0) - (startedAt ?? 0)) < ms);
  killSupervisor(project);
  // A sleep leaves the monotonic clock behind: what is on record of before it seems as much younger.
  const state = JSON.parse(project.read('.omniroute/state.json')) as { runs: { startedAtMs: number }[] };
  for (const run of state.runs) run.startedAtMs += 8 * HOUR_MS;
  project.write(JSON.stringify(state), '.omniroute/state.json');
  await project.succeed('up', '-d');
  await begunWithin(HOUR_MS);
  killSupervisor(project);
  rmSync(join(project.stateDir, 'state.json'));
  await project.succeed('up', '-d');
  await begunWithin(HOUR_MS);
});

projectTest(
  'a state folder of a newer version is refused with what to do, nothing is lost, and --force ends what runs',
  async (project) => {
    project.write(TWO);
    await project.succeed('up', '-d');
    const server = await project.puppet('server').nextRun();
    killSupervisor(project);
    const newer = '{"schema":7,"services":{}}';
    project.write(newer, '.omniroute/state.json');
    for (const command of [['up', '-d'], ['up'], ['down']]) assert.match(await project.fail(1, ...command), /written by a newer omniroute/);
    assert.equal(project.read('.omniroute/state.json'), newer);
    assert.ok(server.alive);
    await project.succeed('down', '--force');
    assert.deepEqual(project.leftovers(), []);
  },
);

projectTest('a copy of a running project knows nothing of what the original runs, and runs beside it', async (project) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const pids = { server: (await project.puppet('server').nextRun()).pid, proxy: (await project.puppet('proxy').nextRun()).pid };
  const copy = join(project.root, 'copy');
  cpSync(project.dir, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const file = join(copy, 'omniroute.yaml');
  assert.match(await project.fail(3, 'ps', '-f', file), /is not running/);
  await project.succeed('up', '-d', '-f', file);
  const copies = [(await project.puppet('server').nextRun()).pid, (await project.puppet('proxy').nextRun()).pid];
  assert.equal(new Set([...Object.values(pids), ...copies]).size, 4);
  await project.succeed('down', '-f', file);
  assert.deepEqual(await pidsOf(project), pids);
});

smallDiskTest('what was started while the disk was full is known after omniroute was killed', async (project, disk) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  const proxy = await project.puppet('proxy').nextRun();
  disk.fill();
  await proxy.exit(1);
  const second = await project.puppet('proxy').nextRun();
  killSupervisor(project);
  disk.makeRoom();
  await project.succeed('up', '-d');
  assert.deepEqual(await pidsOf(project), { server: server.pid, proxy: second.pid });
});

projectTest('what makes a service ready counts though omniroute was killed before it wrote that down', async (project) => {
  project.write('services: {server: {command: puppet server, readiness: {log: {match: ^listening}}, outputs: {url: {match: url (.*)}}}}');
  const up = project.start('up', '-d');
  const server = await project.puppet('server').nextRun();
  await project.event('server', 'starting');
  await server.print('url http://a.example\nlistening\n');
  await project.event('server', 'ready');
  killSupervisor(project);
  await up.finished();
  await project.succeed('up', '-d');
  const { pid, state, outputs } = await project.service('server');
  assert.deepEqual({ pid, state, outputs }, { pid: server.pid, state: 'ready', outputs: { url: 'http://a.example' } });
});

projectTest('a service that was given an output of another keeps its process when omniroute is killed, or replaced', async (project) => {
  project.write(`services:
  tunnel: {command: puppet tunnel, outputs: {url: {match: url (.*)}}}
  server: {command: puppet server, env: {PUBLIC_URL: "\${services.tunnel.outputs.url}"}}`);
  const up = project.start('up', '-d');
  await (await project.puppet('tunnel').nextRun()).print('url http://a.example\n');
  assert.equal((await up.finished()).code, 0);
  const server = await project.puppet('server').nextRun();
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await project.succeed('up', '-d');
  await project.succeed('upgrade');
  const { pid, state, restarts } = await project.service('server');
  assert.deepEqual({ pid, state, restarts }, { pid: server.pid, state: 'ready', restarts: 0 });
});

projectTest('an omniroute that hangs is told with its pid and the way out, which costs no service its process', async (project) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  const { pid } = await project.snapshot();
  process.kill(pid, 'SIGSTOP');
  const wayOut = `if it hangs: \`kill -9 ${pid}\``;
  assert.match(await project.fail(124, 'wait', 'server', '--timeout', '10ms'), new RegExp(`did not answer within 1000 ms.*\n.*${wayOut}`));
  assert.match(await project.fail(1, 'ps'), new RegExp(`did not answer within.*\\n.*if it hangs: \`kill -9 ${pid}\``));
  process.kill(pid, 'SIGKILL');
  await project.succeed('up', '-d');
  assert.equal((await project.service('server')).pid, server.pid);
});

projectTest('a wait ends at its timeout also where omniroute comes to hang meanwhile, and says so', async (project) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  await project.succeed('stop', 'server');
  const { pid } = await project.snapshot();
  const wait = project.start('wait', 'server', '--timeout', '3s');
  await wait.printed(/server is stopped: waiting until somebody starts it/);
  process.kill(pid, 'SIGSTOP');
  const { code, stderr } = await wait.finished();
  process.kill(pid, 'SIGCONT');
  assert.equal(code, 124);
  assert.match(stderr, new RegExp(`timed out: the omniroute of project does not answer\nif it hangs: \`kill -9 ${pid}\``));
});
