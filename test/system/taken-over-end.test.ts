// How a service ended that an omniroute before this one had started: told apart from one that ended while none was there.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const FILE = `services:
  server: {command: puppet server}
  migrate: {type: job, command: puppet migrate}
`;

projectTest('a service that ends after an upgrade has an unknown status, and nobody says that omniroute was dead', async (project) => {
  project.write(FILE);
  await project.succeed('up', '-d', 'server');
  const server = await project.puppet('server').nextRun();
  const starting = project.start('start', 'migrate');
  const migrate = await project.puppet('migrate').nextRun();
  await project.succeed('upgrade');
  await server.exit(3);
  assert.equal((await project.puppet('server').nextRun()).run, 2);
  const { cause, text } = await project.event('server', 'lost');
  assert.deepEqual(cause, { type: 'unknown' });
  assert.match(text, /an earlier omniroute had started it/);
  assert.match(await project.succeed('why', 'server'), /an earlier omniroute had started it/);
  assert.match(await project.succeed('status', 'server'), /exit status unknown, cause unknown/);
  assert.equal((await project.service('server')).lastEnd?.cause.type, 'unknown');
  await migrate.exit(0);
  await project.waitFor('migrate', 'failed');
  const { code, stderr } = await starting.finished();
  assert.deepEqual([code, /an earlier omniroute had started it/.test(stderr)], [1, true], 'who waited goes on waiting with the next one');
  const { stdout } = await project.run('ps');
  assert.match(stdout, /migrate .*an earlier omniroute had started it/);
  assert.doesNotMatch(stdout, /while omniroute itself was dead/);
});

projectTest('a service that ends while omniroute is dead is lost, as before', async (project) => {
  project.write(FILE);
  await project.succeed('up', '-d', 'server');
  const server = await project.puppet('server').nextRun();
  await eventually(
    () => 'the run to be on record',
    () => (existsSync(join(project.stateDir, 'state.json')) ? true : null),
  );
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await server.exit(3);
  await project.succeed('up', '-d', 'server');
  const { cause, text } = await project.event('server', 'lost');
  assert.deepEqual([cause, /while omniroute itself was dead/.test(text)], [{ type: 'lost' }, true]);
});
