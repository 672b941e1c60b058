// Sockets that omniroute holds: whoever connects while a service restarts waits, and is not refused.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../rig/free-port.ts';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const SERVER = `import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
const { LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PID } = process.env;
const told = { LISTEN_FDS, LISTEN_FDNAMES, itself: Number(LISTEN_PID) === process.pid, pid: process.pid };
const open = () => existsSync('closed') ? setTimeout(open, 10) : createServer((_, response) => response.setHeader('connection', 'close').end(JSON.stringify(told))).listen({ fd: 3 });
open();
`;

interface Told {
  readonly LISTEN_FDS: string;
  readonly LISTEN_FDNAMES: string;
  readonly itself: boolean;
  readonly pid: number;
}

function writeProject(project: Project, port: number, more = ''): void {
  project.write(SERVER, 'server.mjs');
  project.write(`services: {web: {command: [node, server.mjs], sockets: {http: {listen: "127.0.0.1:${port}"}}${more}}}`);
}

function ask(port: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(JSON.parse(text)));
    }).on('error', reject);
  });
}

projectTest('a service gets its socket as systemd would pass it, and keeps it through kills, restarts and reloads', async (project) => {
  const port = await freePort();
  writeProject(project, port);
  await project.succeed('up', '-d');
  const first = await ask(port);
  assert.deepEqual(first, { LISTEN_FDS: '1', LISTEN_FDNAMES: 'http', itself: true, pid: (await project.service('web')).pid });
  process.kill(first.pid, 'SIGKILL');
  const second = await ask(port);
  assert.notEqual(second.pid, first.pid);
  const [third] = await Promise.all([ask(port), project.succeed('restart', 'web')]);
  assert.ok(third.pid > 0);
  writeProject(project, port, ', env: {CHANGED: "1"}');
  await project.succeed('reload');
  assert.ok((await ask(port)).pid > 0);
  assert.deepEqual((await project.service('web')).sockets, { http: { listen: `127.0.0.1:${port}`, held: true } });
});

projectTest('a connection made while the service is on its way is answered when it is there', async (project) => {
  const port = await freePort();
  writeProject(project, port);
  project.write('', 'closed');
  await project.succeed('up', '-d');
  const answer = ask(port);
  rmSync(join(project.dir, 'closed'));
  assert.equal((await answer).pid, (await project.service('web')).pid);
});

projectTest('a service that is stopped, disabled or has given up is not waited for', async (project) => {
  const port = await freePort();
  writeProject(project, port);
  await project.succeed('up', '-d');
  await project.succeed('stop', 'web');
  await assert.rejects(ask(port), /ECONNREFUSED/);
  await project.succeed('start', 'web');
  assert.ok((await ask(port)).pid > 0);
});

projectTest('an address that is taken is told and tried again until it is free', async (project) => {
  const port = await freePort();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
  writeProject(
    project,
    port,
    ', restart: {backoff: {first: 10ms, initial: 10ms, max: 10ms}, max_attempts: unlimited, max_crashes: unlimited}',
  );
  const up = project.start('up', '-d');
  const { text } = await project.event('web', 'crashed');
  assert.match(text, /its socket http cannot be held at 127\.0\.0\.1:\d+: somebody else listens there/);
  await new Promise((resolve) => holder.close(resolve));
  assert.equal((await up.finished()).code, 0);
  assert.ok((await ask(port)).pid > 0);
});

projectTest('a program that is not there is told as such, though a shell hands the socket over', async (project) => {
  const port = await freePort();
  project.write(`services: {web: {command: [puppet, x], env: {PATH: /nowhere}, sockets: {http: {listen: "127.0.0.1:${port}"}}}}`);
  const said = await project.run('up', '-d');
  assert.notEqual(said.code, 0);
  assert.match(said.stderr, /puppet.*(not found|is not on PATH)/);
});

projectTest(
  'after omniroute was killed the service serves on with the socket it has, said so, and one restart holds it again',
  async (project) => {
    const port = await freePort();
    writeProject(project, port);
    await project.succeed('up', '-d');
    const first = await ask(port);
    process.kill((await project.snapshot()).pid, 'SIGKILL');
    await project.succeed('up', '-d');
    assert.equal((await ask(port)).pid, first.pid);
    assert.equal((await project.service('web')).sockets['http']?.held, false);
    assert.match((await project.run('ps')).stderr, /the sockets of web are its own until it restarts/);
    await project.succeed('restart', 'web');
    assert.equal((await project.service('web')).sockets['http']?.held, true);
    await eventually(
      () => 'an answer',
      () => ask(port).then(({ pid }) => pid !== first.pid || null),
    );
  },
);
