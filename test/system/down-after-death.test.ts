import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const TWO = `services:
  server: {command: puppet server}
  proxy: {command: puppet proxy, depends_on: [server], hooks: {post_exit: {shell: "echo restored >> hook.log"}}}`;

// Right after the start: what state.json does not tell yet counts too.
async function dieAfterUp(project: Project): Promise<void> {
  await project.succeed('up', '-d');
  process.kill(Number(project.read('.omniroute/supervisor/.pid')), 'SIGKILL');
}

projectTest('ps says that services outlived their omniroute, and which', async (project) => {
  project.write(TWO);
  await dieAfterUp(project);
  const [server, proxy] = [await project.puppet('server').nextRun(), await project.puppet('proxy').nextRun()];
  const said = await project.fail(3, 'ps');
  assert.match(said, /is gone, but 2 services of it still run/);
  assert.ok(said.includes(`server (pid ${server.pid})`) && said.includes(`proxy (pid ${proxy.pid})`), said);
});

projectTest('down after the death of omniroute stops what it left, in order, with its hooks', async (project) => {
  project.write(TWO);
  await dieAfterUp(project);
  const grandchild = await (await project.puppet('server').nextRun()).spawnGrandchild({ setsid: true });
  const proxy = await project.puppet('proxy').nextRun();
  await proxy.trap('SIGTERM');
  await project.succeed('down', '--grace', '200ms');
  assert.deepEqual([proxy.alive, grandchild.alive, project.leftovers()], [false, false, []]);
  assert.equal(project.read('hook.log'), 'restored\n');
  const stopped = project.journal().filter(({ type }) => type === 'stopped');
  assert.deepEqual(
    stopped.map(({ service }) => service),
    ['proxy', 'server'],
  );
});

projectTest('such a down starts nothing: neither what ended meanwhile, nor a job whose time was missed', async (project) => {
  project.write(`${TWO}\n  yearly: {type: job, command: [echo, done], schedule: "@yearly"}`);
  await project.succeed('up', '-d');
  await project.succeed('restart', 'yearly');
  const state = await eventually(
    () => 'the job to be on record as completed',
    () => {
      const text = existsSync(join(project.stateDir, 'state.json')) ? project.read('.omniroute/state.json') : '';
      return text.includes('"service":"yearly","rest"') ? text : null;
    },
  );
  const proxy = await project.puppet('proxy').nextRun();
  process.kill(Number(project.read('.omniroute/supervisor/.pid')), 'SIGKILL');
  await proxy.exit(1);
  project.write(state.replace(/"dueAt":\d+/, '"dueAt":0'), '.omniroute/state.json');
  await project.succeed('down');
  assert.deepEqual(project.leftovers(), []);
  for (const name of ['server', 'proxy', 'yearly']) assert.equal(project.entries(name, 'starting').length, 1, name);
  assert.equal(project.read('hook.log'), 'restored\n');
  assert.match(project.read('.omniroute/state.json'), /"dueAt":0/, 'the next up sees that its time was missed');
});

projectTest('with a broken file such a down is refused, and --force kills what is left', async (project) => {
  project.write(TWO);
  await dieAfterUp(project);
  const server = await project.puppet('server').nextRun();
  project.write(`${TWO}\nservces: {}\n`);
  const said = await project.fail(78, 'down');
  assert.match(said, /unknown-key: `servces`/);
  assert.match(said, /down --force` kills them now/);
  assert.ok(server.alive);
  await project.succeed('down', '--force');
  assert.deepEqual(project.leftovers(), []);
});

projectTest('up after the death of omniroute takes its services over as they are, however late they were started', async (project) => {
  project.write(TWO);
  await dieAfterUp(project);
  const pids = [(await project.puppet('server').nextRun()).pid, (await project.puppet('proxy').nextRun()).pid];
  await project.succeed('up', '-d');
  assert.deepEqual(
    (await project.snapshot()).services.map(({ pid }) => pid),
    pids,
  );
  assert.equal(project.entries('server', 'adopted').length + project.entries('proxy', 'adopted').length, 2);
});
