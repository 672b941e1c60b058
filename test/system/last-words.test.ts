import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

projectTest('what Node itself prints in a detached omniroute is kept in its log', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  project.env['NODE_DEBUG'] = 'child_process';
  await project.run('up', '-d');
  delete project.env['NODE_DEBUG'];
  const log = project.read('.omniroute/supervisor/log');
  assert.match(log, /omniroute supervisor-started: pid \d+, detached/);
  assert.match(log, /^CHILD_PROCESS \d+: spawn/m);
});
