import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

projectTest('Ctrl-C stops every service with grace, and the shell sees that it was Ctrl-C', async (project) => {
  project.write('services: {a: {command: puppet a}, b: {command: puppet b}}');
  const up = project.start('up');
  const [a, b] = [await project.puppet('a').nextRun(), await project.puppet('b').nextRun()];
  for (const run of [a, b]) await run.trap('SIGTERM');
  up.signal('SIGINT');
  for (const run of [a, b]) {
    await run.trapped('SIGTERM');
    await run.print('said while stopping\n');
    await run.exit(0);
  }
  const { signal, stdout } = await up.finished();
  assert.equal(signal, 'SIGINT');
  assert.equal(stdout.match(/said while stopping/g)?.length, 2);
  assert.deepEqual(project.leftovers(), []);
});

projectTest('Ctrl-C during a backoff starts nothing any more', async (project) => {
  project.write('services: {server: {command: puppet server, restart: {backoff: {first: 1h, initial: 1h, max: 1h}}}}');
  const up = project.start('up');
  await (await project.puppet('server').nextRun()).exit(1);
  await project.waitFor('server', 'backoff');
  up.signal('SIGINT');
  assert.equal((await up.finished()).signal, 'SIGINT');
  assert.equal(project.entries('server', 'starting').length, 1);
  assert.deepEqual(project.leftovers(), []);
});

projectTest('a second Ctrl-C kills what has not stopped yet', async (project) => {
  project.write('services: {stubborn: {command: puppet stubborn, stop: {grace_period: 1h}}}');
  const up = project.start('up');
  const run = await project.puppet('stubborn').nextRun();
  await run.trap('SIGTERM');
  await run.trap('SIGINT');
  const grandchild = await run.spawnGrandchild({ setsid: true, ignoreTerm: true });
  up.signal('SIGINT');
  await run.trapped('SIGTERM');
  up.signal('SIGINT');
  assert.equal((await up.finished()).signal, 'SIGINT');
  assert.deepEqual([run.alive, grandchild.alive], [false, false]);
  assert.deepEqual(run.signals, ['SIGTERM'], 'the terminal sends Ctrl-C to its own group, and services have theirs');
});

projectTest('SIGTERM and SIGHUP end a foreground omniroute as Ctrl-C does', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const up = project.start('up');
    const run = await project.puppet('server').nextRun();
    await project.waitFor('server', 'ready');
    up.signal(signal);
    assert.equal((await up.finished()).signal, signal);
    assert.ok(!run.alive);
  }
});

projectTest('SIGHUP has a detached omniroute read its file again, and SIGTERM ends it', async (project) => {
  project.write('services: {server: {command: puppet server, env: {N: "1"}}}');
  await project.succeed('up', '-d', '--no-watch');
  await project.puppet('server').nextRun();
  const { pid } = await project.snapshot();
  project.write('services: {server: {command: puppet server, env: {N: "2"}}}');
  process.kill(pid, 'SIGHUP');
  const second = await project.puppet('server').nextRun();
  assert.equal(second.hello.env['N'], '2');
  process.kill(pid, 'SIGTERM');
  await second.ended;
  await project.event(null, 'supervisor-stopped');
});
