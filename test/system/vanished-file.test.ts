import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { projectTest } from '../rig/project.ts';

projectTest('a project whose file was renamed away is still seen and stopped from its folder', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  renameSync(project.file, join(project.dir, 'renamed.yaml'));
  assert.equal((await project.service('server')).pid, server.pid);
  await project.succeed('down');
  assert.deepEqual(project.leftovers(), []);
  assert.match(await project.fail(78, 'ps'), /no omniroute\.yaml in/);
});
