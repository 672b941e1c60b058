import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { projectTest } from '../rig/project.ts';

projectTest('a service killed from outside runs again at once, and why tells what happened', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  await first.print('my last words');
  process.kill(first.pid, 'SIGKILL');
  const second = await project.puppet('server').nextRun();
  assert.deepEqual([second.run, first.alive], [2, false]);
  const { state, pid, restarts, lastEnd } = await project.waitFor('server', 'ready');
  assert.deepEqual([state, pid, restarts], ['ready', second.pid, 1]);
  assert.deepEqual([lastEnd?.run, lastEnd?.cause, lastEnd?.lastLine], [1, { type: 'signal', signal: 'SIGKILL' }, 'my last words']);
  const why = await project.succeed('why', 'server');
  assert.match(why, /killed by SIGKILL/);
  assert.doesNotMatch(why, /my last words/, 'somebody else killed it: what it happened to say last is no reason');
});

projectTest('what a real-time signal ends has not ended well, though Node tells of an exit with 0', async (project) => {
  project.write('services: {job: {type: job, command: puppet job, restart: never}, server: {command: puppet server, restart: on-failure}}');
  const up = project.start('up', '-d');
  const [job, server] = [await project.puppet('job').nextRun(), await project.puppet('server').nextRun()];
  process.kill(job.pid, 40);
  process.kill(server.pid, 35);
  assert.equal((await project.puppet('server').nextRun()).run, 2);
  assert.deepEqual((await project.service('server')).lastEnd?.exit, { code: null, signal: 'SIGRTMIN+1' });
  assert.equal((await project.waitFor('job', 'failed')).why, 'killed by SIGRTMIN+6');
  assert.equal((await up.finished()).code, 1);
});

projectTest('a crash leaves a report with how it ended and what was printed', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  await run.print('the first line\n');
  await run.print('the cause of it all\n', 'stderr');
  await run.exit(9);
  await project.puppet('server').nextRun();
  const { crashReport } = JSON.parse(await project.succeed('why', 'server', '--json')) as { crashReport: string };
  assert.ok(existsSync(crashReport));
  const report = readFileSync(crashReport, 'utf8');
  assert.match(report, /exit 9/);
  assert.match(report, /the first line\nthe cause of it all/);
});

projectTest('what a crashed run left behind is gone before the next run begins', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  const inGroup = await first.spawnGrandchild({ holdStdout: true, ignoreTerm: true });
  const escaped = await first.spawnGrandchild({ setsid: true, doubleFork: true, ignoreTerm: true });
  process.kill(first.pid, 'SIGKILL');
  const second = await project.puppet('server').nextRun();
  assert.equal(second.run, 2);
  assert.deepEqual([inGroup.alive, escaped.alive], [false, false]);
});

projectTest('a clean exit of a service that should run for ever is healed too', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  await (await project.puppet('server').nextRun()).exit(0);
  assert.equal((await project.puppet('server').nextRun()).run, 2);
  assert.deepEqual((await project.event('server', 'crashed')).cause, { type: 'exit', code: 0 });
});

projectTest('a hanging service is ended by its liveness probe and runs again', async (project) => {
  project.write(`
services:
  server:
    command: puppet server
    ports: {http: auto}
    readiness: {http: {url: "http://127.0.0.1:\${ports.http}/"}, period: 20ms}
    liveness: {http: {url: "http://127.0.0.1:\${ports.http}/"}, period: 20ms, timeout: 5s, failure_threshold: 2}
    stop: {grace_period: 1s}
`);
  const up = project.start('up', '-d');
  const first = await project.puppet('server').nextRun();
  await first.listen(Number(first.hello.env['PORT']), { status: 200 });
  await project.waitFor('server', 'ready');
  await first.answer(500);
  const second = await project.puppet('server').nextRun();
  await second.listen(Number(second.hello.env['PORT']));
  await up.finished();
  assert.equal((await project.event('server', 'crashed')).cause?.type, 'liveness');
});

projectTest('restart waits for the old process to be gone and for the new one to be ready', async (project) => {
  project.write('services: {server: {command: puppet server, readiness: {log: {match: go}}}}');
  const up = project.start('up', '-d');
  const first = await project.puppet('server').nextRun();
  await first.print('go\n');
  await up.finished();
  const restart = project.start('restart', 'server');
  const second = await project.puppet('server').nextRun();
  assert.ok(!first.alive);
  assert.equal((await project.service('server')).state, 'starting');
  await second.print('go\n');
  assert.equal((await restart.finished()).code, 0);
  const { pid, restarts, attempt } = await project.service('server');
  assert.deepEqual([pid, restarts, attempt], [second.pid, 0, 0], 'asked for, so it counts as nothing');
});

projectTest('signal says so where there is no process to get it, and then nobody gets it', async (project) => {
  project.write('services: {server: {command: puppet server}, idle: {command: puppet idle}}');
  await project.succeed('up', '-d');
  await project.succeed('stop', 'idle');
  assert.match(await project.fail(1, 'signal', 'HUP', 'server', 'idle'), /idle has no process that could get it; nobody was signalled/);
  assert.deepEqual(project.entries('server', 'signal'), []);
  await project.succeed('signal', 'CONT', 'server');
});
