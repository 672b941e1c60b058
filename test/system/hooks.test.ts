import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

function withHooks(more = ''): string {
  const hook = (name: string) => `${name}: {shell: "echo ${name} $ROLE >> told"}`;
  return `
services:
  server:
    command: puppet server
    env: {ROLE: server}
    readiness: {log: {match: go}}
    hooks: {${['pre_start', 'post_ready', 'pre_stop', 'post_exit'].map(hook).join(', ')}}
    ${more}
`;
}

function told(project: Project): string[] {
  return existsSync(join(project.dir, 'told')) ? project.read('told').trimEnd().split('\n') : [];
}

async function tells(project: Project, count: number): Promise<string[]> {
  return eventually(
    () => `${count} hooks; told: ${told(project)}`,
    () => (told(project).length >= count ? told(project) : null),
  );
}

projectTest('hooks run around a run, in its environment', async (project) => {
  project.write(withHooks());
  const up = project.start('up', '-d');
  const run = await project.puppet('server').nextRun();
  assert.deepEqual(told(project), ['pre_start server'], 'before the process');
  await run.print('go\n');
  await up.finished();
  assert.deepEqual(await tells(project, 2), ['pre_start server', 'post_ready server']);
  await run.trap('SIGTERM');
  const down = project.start('down');
  await run.trapped('SIGTERM');
  assert.deepEqual(told(project).slice(2), ['pre_stop server'], 'before the signal');
  await run.exit(0);
  await down.finished();
  assert.deepEqual(told(project).slice(3), ['post_exit server']);
});

projectTest('post_exit runs after a crash too, before the next run', async (project) => {
  project.write(withHooks());
  const up = project.start('up', '-d');
  const first = await project.puppet('server').nextRun();
  process.kill(first.pid, 'SIGKILL');
  const second = await project.puppet('server').nextRun();
  assert.deepEqual(told(project), ['pre_start server', 'post_exit server', 'pre_start server']);
  await second.print('go\n');
  assert.equal((await up.finished()).code, 0);
});

projectTest('post_exit runs at the next up when omniroute itself was killed in between', async (project) => {
  project.write(withHooks());
  const up = project.start('up', '-d');
  const first = await project.puppet('server').nextRun();
  await first.print('go\n');
  await up.finished();
  await tells(project, 2);
  const { pid } = await project.snapshot();
  process.kill(pid, 'SIGKILL');
  await eventually(
    () => 'the end of omniroute',
    () => (project.leftovers().some((left) => left.pid === pid) ? null : true),
  );
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  assert.equal(told(project).length, 2);
  const again = project.start('up', '-d');
  await (await project.puppet('server').nextRun()).print('go\n');
  assert.equal((await again.finished()).code, 0);
  assert.deepEqual(told(project).slice(2, 4), ['post_exit server', 'pre_start server']);
});

projectTest('a pre_start that fails keeps the run from starting, and says so', async (project) => {
  project.write('services: {server: {command: puppet server, hooks: {pre_start: {shell: "exit 5"}}, restart: never}}');
  const stderr = await project.fail(1, 'up', '-d');
  assert.match(stderr, /pre_start/);
  assert.deepEqual(project.entries('server', 'starting'), []);
});

projectTest('a hook that overruns its time is killed and holds nothing up', async (project) => {
  project.write(
    withHooks().replace(
      'pre_stop: {shell: "echo pre_stop $ROLE >> told"}',
      'pre_stop: {shell: "echo pre_stop >> told; sleep 1000", timeout: 50ms}',
    ),
  );
  const up = project.start('up', '-d');
  const run = await project.puppet('server').nextRun();
  await run.print('go\n');
  await up.finished();
  await project.succeed('down');
  assert.equal((await project.event('server', 'hook-failed')).service, 'server');
  assert.deepEqual(project.leftovers(), []);
});

projectTest(
  'a pre_stop hook that hangs is what `down` says it waits for; ended by Ctrl-C it says that the stop goes on',
  async (project) => {
    project.write('services: {server: {command: puppet server, hooks: {pre_stop: {command: puppet hook, timeout: 1h}}}}');
    await project.succeed('up', '-d');
    const run = await project.puppet('server').nextRun();
    const down = project.start('down');
    const hook = await project.puppet('hook').nextRun();
    await down.printed(/server stopping: omniroute goes down; its pre_stop hook runs since/);
    assert.match((await project.run('ps')).stdout, /its pre_stop hook runs since/);
    down.signal('SIGINT');
    const { signal, stderr } = await down.finished();
    assert.equal(signal, 'SIGINT');
    assert.match(stderr, /\nomniroute goes on stopping: `omniroute ps` [^\n]* `omniroute down --force` [^\n]*\n$/);
    assert.ok(run.alive);
    await hook.exit(0);
    await run.ended;
    await project.event(null, 'supervisor-stopped');
  },
);
