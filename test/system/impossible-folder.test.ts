import assert from 'node:assert/strict';
import { CliProcess } from '../rig/cli-process.ts';
import { projectTest } from '../rig/project.ts';

// In /proc nobody can make a folder, and the system says of it that the folder above is missing.
projectTest('a state folder that cannot be made is told, and not tried for ever', async (project) => {
  project.write('state_dir: /proc/omniroute\nservices: {server: {command: puppet server}}');
  assert.match(await project.fail(1, 'up', '-d'), /the state folder \/proc\/omniroute cannot be used/);
});

projectTest('a runtime folder that cannot be made does without', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  const env = { ...project.env, XDG_RUNTIME_DIR: '/proc' };
  const up = await new CliProcess(['up', '-d'], { cwd: project.dir, env }).finished();
  assert.equal(up.code, 0, up.stderr);
  assert.equal((await project.service('server')).state, 'ready');
});
