import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CliProcess, type Finished } from '../rig/cli-process.ts';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

/** As from cron or over ssh: another runtime folder of the user than the one that `up` saw. */
function runElsewhere(project: Project, ...args: string[]): Promise<Finished> {
  const runtime = join(project.root, 'elsewhere');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  return new CliProcess(args, { cwd: project.dir, env: { ...project.env, XDG_RUNTIME_DIR: runtime } }).finished();
}

projectTest('a running project is the same one from a shell with another runtime folder', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  const { code, stdout } = await runElsewhere(project, 'ps', '--json');
  assert.deepEqual([code, JSON.parse(stdout).services[0].pid], [0, server.pid]);
  assert.equal((await runElsewhere(project, 'up', '-d')).code, 0);
  assert.equal((await runElsewhere(project, 'down')).code, 0);
  assert.deepEqual(project.leftovers(), []);
});

projectTest('what a taken over service prints is still read by an omniroute with another runtime folder', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await eventually(
    () => 'the supervisor to be gone',
    async () => ((await project.run('ps')).code === 3 ? true : null),
  );
  assert.equal((await runElsewhere(project, 'up', '-d')).code, 0);
  await server.print('still heard\n');
  await eventually(
    () => 'the line in the log',
    async () => /still heard/.exec(await project.succeed('logs', 'server')),
  );
  assert.equal((await project.service('server')).pid, server.pid);
});
