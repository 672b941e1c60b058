import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../control/ask.ts';
import { findMismatch } from '../rig/api-description.ts';
import { type Project, projectTest } from '../rig/project.ts';

function socketOf(project: Project): string {
  const sockets = readdirSync(join(project.root, 'run'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sock'));
  assert.equal(sockets.length, 1);
  return join(project.root, 'run', sockets[0] as string);
}

projectTest('a running project answers as the description of the API says, in whatever state its services are', async (project) => {
  project.write(`
services:
  ready: {command: puppet ready}
  crashed: {command: puppet crashed, optional: true, restart: {backoff: {first: 1h, max: 1h}}}
  slow: {command: puppet slow, readiness: {log: {match: go}}}
  blocked: {command: puppet blocked, depends_on: [slow]}
  off: {command: puppet off, enabled: false}
  done: {type: job, command: ["true"]}
`);
  const up = project.start('up', '-d');
  await (await project.puppet('crashed').nextRun()).exit(3);
  await project.waitFor('crashed', 'backoff');
  up.signal('SIGKILL');
  const socket = socketOf(project);
  const answer = async (path: string): Promise<unknown> => (await ask(socket, path)).json();
  assert.equal(findMismatch('Project', await answer('/v1/project?usage=1')), null);
  const services = (await answer('/v1/services')) as { name: string; state: string }[];
  assert.deepEqual(services.map(({ name, state }) => `${name} ${state}`).sort(), [
    'blocked waiting',
    'crashed backoff',
    'done completed',
    'off waiting',
    'ready ready',
    'slow starting',
  ]);
  for (const { name } of services) assert.equal(findMismatch('Why', await answer(`/v1/services/${name}/why`)), null);
  for (const entry of (await answer('/v1/events')) as unknown[]) assert.equal(findMismatch('Entry', entry), null);
});

projectTest('the socket is for its owner alone', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const socket = socketOf(project);
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  assert.deepEqual([modeOf(socket), modeOf(join(socket, '..')), modeOf(project.stateDir)], ['600', '700', '700']);
});

projectTest('an order by hand does what it says, and why names who asked', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  const headers = { 'omniroute-actor': 'deploy script' };
  assert.equal((await ask(socketOf(project), '/v1/services/server/restart', { method: 'POST', headers })).status, 200);
  const second = await project.puppet('server').nextRun();
  assert.deepEqual([first.alive, second.run], [false, 2]);
  assert.match(await project.succeed('why', 'server'), /deploy script/);
});
