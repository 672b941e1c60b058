import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

projectTest('what depends on a job starts once the job has completed', async (project) => {
  project.write('services: {web: {command: puppet web, depends_on: [migrate]}, migrate: {type: job, command: puppet migrate}}');
  const up = project.start('up', '-d');
  const job = await project.puppet('migrate').nextRun();
  assert.equal((await project.service('web')).state, 'waiting');
  await job.exit(0);
  const web = await project.puppet('web').nextRun();
  assert.equal((await up.finished()).code, 0);
  assert.deepEqual(
    (await project.snapshot()).services.map(({ name, state, pid }) => [name, state, pid]),
    [
      ['migrate', 'completed', null],
      ['web', 'ready', web.pid],
    ],
  );
});

projectTest('a job that fails is not run again, and up -d fails with what it printed', async (project) => {
  project.write('services: {migrate: {type: job, command: puppet migrate}, web: {command: puppet web, depends_on: [migrate]}}');
  const up = project.start('up', '-d');
  const job = await project.puppet('migrate').nextRun();
  await job.print('no such table\n', 'stderr');
  await job.exit(3);
  const { code, stderr } = await up.finished();
  assert.equal(code, 1);
  assert.match(stderr, /exit 3/);
  assert.match(stderr, /no such table/);
  assert.equal(project.entries('migrate', 'starting').length, 1);
  assert.equal((await project.service('web')).state, 'waiting');
});

projectTest('a project of jobs alone is over when they are', async (project) => {
  project.write('services: {first: {type: job, command: puppet first}, second: {type: job, command: puppet second, depends_on: [first]}}');
  const up = project.start('up');
  await (await project.puppet('first').nextRun()).exit(0);
  await (await project.puppet('second').nextRun()).exit(0);
  const { code, signal } = await up.finished();
  assert.deepEqual([code, signal], [0, null]);
});

projectTest('a project of jobs alone ends with 1 when one has failed', async (project) => {
  project.write('services: {only: {type: job, command: puppet only}}');
  const up = project.start('up');
  await (await project.puppet('only').nextRun()).exit(2);
  assert.equal((await up.finished()).code, 1);
});

projectTest('a job with a policy is tried again, and start runs a completed one once more', async (project) => {
  project.write(`
services:
  keeper: {command: puppet keeper}
  job: {type: job, command: puppet job, success_exit: [0, 4], restart: {policy: on-failure, backoff: {first: 0s}}}
`);
  const up = project.start('up', '-d');
  await (await project.puppet('job').nextRun()).exit(1);
  await (await project.puppet('job').nextRun()).exit(4);
  assert.equal((await up.finished()).code, 0);
  const start = project.start('start', 'job');
  const third = await project.puppet('job').nextRun();
  assert.equal(third.run, 3);
  await third.exit(0);
  assert.equal((await start.finished()).code, 0);
});
