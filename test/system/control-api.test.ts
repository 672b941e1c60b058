import assert from 'node:assert/strict';
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Asked, ask } from '../control/ask.ts';
import { findAnswerMismatch, operations } from '../rig/api-description.ts';
import { takePort } from '../rig/free-port.ts';
import { type Project, projectTest } from '../rig/project.ts';

/** The link in the state folder is how people find it. */
function socketOf(project: Project): string {
  return realpathSync(join(project.stateDir, 'supervisor', 'control.sock'));
}

/** Asks, and the answer must be as the description says. */
async function checkAnswer(
  project: Project,
  operationId: string,
  asked: Asked & { service?: string; query?: string } = {},
): Promise<{ status: number; body: unknown }> {
  const operation = operations.find((each) => each.operationId === operationId);
  assert.ok(operation, operationId);
  const { service = '', query = '', ...rest } = asked;
  const path = `${operation.path.replace('{name}', service)}${query}`;
  const answer = await ask(socketOf(project), path, { ...rest, method: operation.method.toUpperCase() });
  assert.equal(findAnswerMismatch(operation, answer), null);
  return { status: answer.status, body: answer.headers['content-type'] === 'application/json' ? answer.json() : answer.text };
}

projectTest(
  'a running project answers as the description of the API says, in whatever state its services are',
  async (project, context) => {
    const { port } = await takePort(context);
    project.write(`
services:
  ready: {command: puppet ready}
  crashed: {command: puppet crashed, optional: true, restart: {backoff: {first: 1h, max: 1h}}}
  slow: {command: puppet slow, readiness: {log: {match: go}}}
  blocked: {command: puppet blocked, depends_on: [slow]}
  off: {command: puppet off, enabled: false}
  kept-out: {command: puppet kept-out, sockets: {http: {listen: "127.0.0.1:${port}"}}}
  done: {type: job, command: ["true"]}
`);
    const up = project.start('up', '-d');
    const crashed = await project.puppet('crashed').nextRun();
    await crashed.print('going down\n');
    await crashed.exit(3);
    await project.waitFor('crashed', 'backoff');
    await project.event('kept-out', 'waiting');
    up.signal('SIGKILL');
    await checkAnswer(project, 'getProject', { query: '?usage=1' });
    await checkAnswer(project, 'readEvents');
    await checkAnswer(project, 'readMetrics');
    const services = (await checkAnswer(project, 'listServices')).body as { name: string; state: string }[];
    assert.deepEqual(services.map(({ name, state }) => `${name} ${state}`).sort(), [
      'blocked waiting',
      'crashed backoff',
      'done completed',
      'kept-out waiting',
      'off waiting',
      'ready ready',
      'slow starting',
    ]);
    for (const { name } of services)
      for (const operationId of ['getService', 'explainService', 'readLogs']) await checkAnswer(project, operationId, { service: name });
    assert.match((await checkAnswer(project, 'readLogs', { service: 'crashed' })).body as string, /"text":"going down"/);
  },
);

projectTest('a refusal is as described: an unknown service, an invalid file, a change that no reload can apply', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  assert.equal((await checkAnswer(project, 'stopService', { service: 'servr' })).status, 404);
  project.write('reload: {watch: false}\nservices: {server: {command: puppet server, description: the same}}');
  assert.equal((await checkAnswer(project, 'command', { body: '{"type": "plan"}' })).status, 200);
  assert.equal((await checkAnswer(project, 'reload')).status, 200);
  project.write('services: {server: {command: puppet server, memmory: 1}}');
  assert.equal((await checkAnswer(project, 'reload')).status, 422);
  await checkAnswer(project, 'getProject');
  project.write('name: another\nservices: {server: {command: puppet server}}');
  assert.equal((await checkAnswer(project, 'reload')).status, 409);
});

projectTest('the socket is for its owner alone', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const socket = socketOf(project);
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  assert.deepEqual([modeOf(socket), modeOf(join(socket, '..')), modeOf(project.stateDir)], ['600', '700', '700']);
  await project.succeed('down');
  const link = join(project.stateDir, 'supervisor', 'control.sock');
  assert.deepEqual(
    [socket, link].filter((path) => lstatSync(path, { throwIfNoEntry: false })),
    [],
    'both are gone with omniroute',
  );
});

projectTest('an order by hand does what it says, and why names who asked', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  const headers = { 'omniroute-actor': 'deploy script' };
  assert.equal((await checkAnswer(project, 'restartService', { service: 'server', headers })).status, 200);
  const second = await project.puppet('server').nextRun();
  assert.deepEqual([first.alive, second.run], [false, 2]);
  assert.match(await project.succeed('why', 'server'), /deploy script/);
});
