import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cliCommand } from '../rig/cli-process.ts';
import { projectTest } from '../rig/project.ts';

projectTest('an `up` whose output nobody reads any more goes on supervising, and ends when it is told to', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  const [program, ...words] = cliCommand(['up']);
  const up = spawn(program, words, { cwd: project.dir, env: project.env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(up, 'exit');
  const first = await project.puppet('server').nextRun();
  // More than a pipe holds.
  for (let n = 0; n < 64; n++) await first.print(`${'x'.repeat(8191)}\n`);
  await first.exit(1);
  const second = await project.puppet('server').nextRun();
  assert.equal((await project.service('server')).pid, second.pid);
  await project.succeed('down');
  assert.deepEqual(await ended, [0, null]);
});
