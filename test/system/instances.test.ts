// Several of one: names, a shared socket, restarts in turn, another number.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../rig/free-port.ts';
import { projectTest } from '../rig/project.ts';

const SERVER = `import { createServer } from 'node:http';
const number = process.env.OMNIROUTE_INSTANCE;
const server = createServer((_, response) => response.setHeader('connection', 'close').end(number)).listen({ fd: 3 }, () => console.log('listening as', number));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
const file = (port: number, instances: string): string =>
  `services: {web: {command: [node, server.mjs], instances: ${instances}, sockets: {http: {listen: "127.0.0.1:${port}"}}, readiness: {log: {match: listening}}}}\n`;

function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

projectTest('instances share a socket, and a rolling restart refuses nobody', async (project) => {
  const port = await freePort();
  project.write(SERVER, 'server.mjs');
  project.write(file(port, '3'));
  await project.succeed('up', '-d');
  const names = (await project.snapshot()).services.map(({ name }) => name);
  assert.deepEqual(names, ['web:1', 'web:2', 'web:3']);
  let asking = true;
  const answers: string[] = [];
  const asked = (async () => {
    while (asking) answers.push(await ask(port));
  })();
  await project.succeed('restart', 'web');
  asking = false;
  await asked;
  assert.ok(
    answers.every((answer) => ['1', '2', '3'].includes(answer)),
    answers.join(),
  );
  assert.deepEqual(
    (await project.snapshot()).services.map(({ run, state }) => [run, state]),
    [
      [2, 'ready'],
      [2, 'ready'],
      [2, 'ready'],
    ],
  );
  const order = project
    .journal()
    .filter(({ type, run }) => (type === 'ready' && run === 2) || type === 'stopping')
    .map(({ type, service }) => `${type} ${service}`);
  assert.deepEqual(
    order,
    names.flatMap((name) => [`stopping ${name}`, `ready ${name}`]),
    'each is ready before the next one goes',
  );
});

projectTest('run takes the name of an instance, also of one that only scale has made', async (project) => {
  const port = await freePort();
  project.write(SERVER, 'server.mjs');
  project.write(file(port, '2'));
  const numberOf = (name: string) => project.succeed('run', name, '--', 'sh', '-c', 'echo $OMNIROUTE_INSTANCE');
  assert.equal(await numberOf('web:2'), '2\n');
  assert.equal(await numberOf('web'), '1\n');
  assert.match(await project.fail(5, 'run', 'web:3', '--', 'true'), /no service is named "web:3"/);
  await project.succeed('up', '-d');
  await project.succeed('scale', 'web=3');
  assert.equal(await numberOf('web:3'), '3\n');
});

projectTest('logs, why, status, stop and wait take the name in the file for all of them', async (project) => {
  const port = await freePort();
  project.write(SERVER, 'server.mjs');
  project.write(file(port, '2'));
  await project.succeed('up', '-d');
  const logs = await project.succeed('logs', 'web');
  assert.match(logs, /web:1.*listening as 1/);
  assert.match(logs, /web:2.*listening as 2/);
  assert.match(await project.succeed('status', 'web'), /web:1[\s\S]*web:2/);
  assert.match(await project.succeed('why', 'web'), /web:1 is ready[\s\S]*web:2 is ready/);
  await project.succeed('wait', 'web');
  await project.succeed('stop', 'web:2');
  assert.deepEqual(
    (await project.snapshot()).services.map(({ state }) => state),
    ['ready', 'stopped'],
  );
  await project.succeed('stop', 'web');
  assert.deepEqual(
    (await project.snapshot()).services.map(({ state }) => state),
    ['stopped', 'stopped'],
  );
  assert.match(await project.fail(5, 'restart', 'wep'), /no service is named "wep"/);
});

projectTest('scale runs another number until the next reload, also after omniroute was killed', async (project) => {
  const port = await freePort();
  project.write(SERVER, 'server.mjs');
  project.write(file(port, '2'));
  await project.succeed('up', '-d');
  const pids = (await project.snapshot()).services.map(({ pid }) => pid);
  await project.succeed('scale', 'web=4');
  const scaled = (await project.snapshot()).services;
  assert.deepEqual(
    scaled.map(({ name, state }) => `${name} ${state}`),
    ['web:1 ready', 'web:2 ready', 'web:3 ready', 'web:4 ready'],
  );
  assert.deepEqual(
    scaled.slice(0, 2).map(({ pid }) => pid),
    pids,
  );
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await project.succeed('up', '-d');
  assert.deepEqual(
    (await project.snapshot()).services.map(({ pid }) => pid),
    scaled.map(({ pid }) => pid),
  );
  const stderr = await project.fail(1, 'scale', 'web=5');
  assert.match(stderr, /`omniroute stop web` and `omniroute start web` give it back/);
  await project.succeed('stop', 'web');
  await project.succeed('start', 'web');
  pids[0] = (await project.service('web:1')).pid;
  await project.succeed('scale', 'web=1');
  assert.deepEqual(
    (await project.snapshot()).services.filter(({ desired }) => desired === 'up').map(({ name, pid }) => `${name} ${pid}`),
    [`web:1 ${pids[0]}`],
  );
  await project.succeed('reload');
  await project.waitFor('web:2', 'ready');
  assert.match(await project.fail(2, 'scale', 'web=many'), /"web=many" does not say how many/);
  assert.match(await project.fail(2, 'scale', 'web=10000'), /numbers from 1 to 256/);
  assert.match(await project.fail(5, 'scale', 'wep=2'), /did you mean web/);
});

projectTest('strategy: overlap — a service restarts without a moment in which nobody serves', async (project) => {
  const port = await freePort();
  project.write(SERVER, 'server.mjs');
  const file = (more: string): string =>
    `services: {web: {command: [node, server.mjs], restart: {strategy: overlap}, sockets: {http: {listen: "127.0.0.1:${port}"}}, readiness: {log: {match: listening}}${more}}}\n`;
  project.write(file(''));
  await project.succeed('up', '-d');
  assert.equal(await ask(port), '1');
  await project.succeed('restart', 'web');
  assert.equal(await ask(port), '2');
  const seen = project.journal().filter(({ type, service }) => service !== null && ['ready', 'stopping'].includes(type));
  assert.deepEqual(
    seen.map(({ type, service }) => `${type} ${service}`),
    ['ready web:1', 'ready web:2', 'stopping web:1'],
  );
  assert.doesNotMatch(await project.succeed('ps'), /web:1/);
  project.write(file(', env: {CHANGED: "1"}'));
  await project.succeed('reload');
  await project.event('web:2', 'stopped');
  assert.equal(await ask(port), '1');
  project.write(file(', env: {NODE_OPTIONS: --no-such-option}'));
  await project.succeed('reload');
  await project.event('web:2', 'rolled-back');
  assert.equal(await ask(port), '1', 'a successor that cannot start takes nobody’s place');
  assert.equal((await project.service('web:1')).run, 2);
});

projectTest('the folder of a service is there for its first line, and one for all of its instances', async (project) => {
  project.write(`services:
  web: {command: puppet web, instances: 2, env: {DATA: "\${service.dir}"}}
  swap: {command: puppet swap, restart: {strategy: overlap}, env: {DATA: "\${service.dir}"}}
  plain: {command: puppet plain, env: {DATA: "\${service.dir}"}, hooks: {pre_start: [touch, .omniroute/plain/hooked]}}
`);
  await project.succeed('up', '-d');
  const folders = ['web', 'web', 'swap', 'plain'].map(async (name) => (await project.puppet(name).nextRun()).hello.env['DATA']);
  assert.deepEqual(
    await Promise.all(folders),
    ['web', 'web', 'swap', 'plain'].map((name) => join(project.stateDir, name)),
  );
  for (const name of ['web', 'swap', 'plain']) assert.ok(statSync(join(project.stateDir, name)).isDirectory());
  assert.ok(existsSync(join(project.stateDir, 'web:2', 'log')), 'logs are apart');
});
