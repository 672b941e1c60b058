// Sockets that omniroute holds: whoever connects while a service restarts waits, and is not refused.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort, takePort } from '../rig/free-port.ts';
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

projectTest('a taken address is waited for, its holder named, and nothing is counted', async (project, context) => {
  const { port, release } = await takePort(context);
  writeProject(project, port, ', restart: {max_attempts: 1}');
  const up = project.start('up', '-d');
  const { text } = await project.event('web', 'waiting');
  assert.match(text, new RegExp(`^socket http: 127\\.0\\.0\\.1:${port} is taken by ${process.pid} \\(node\\)$`));
  const { state, attempt, why, blockedBy } = await project.service('web');
  assert.deepEqual([state, attempt, why], ['waiting', 0, text]);
  const holder = { pid: process.pid, command: 'node', outlived: null };
  assert.deepEqual(blockedBy, [{ type: 'socket', socket: 'http', address: `127.0.0.1:${port}`, ...holder }]);
  assert.match(await project.succeed('why', 'web'), /is taken by [^]*omniroute\.yaml:1/);
  await release();
  assert.equal((await up.finished()).code, 0);
  assert.ok((await ask(port)).pid > 0);
  const { restarts, run } = await project.service('web');
  assert.deepEqual([restarts, run], [0, 1]);
});

projectTest('of several addresses all that are taken are named, and what is given back is not named any more', async (project, context) => {
  const [http, admin] = [await takePort(context), await takePort(context)];
  const listen = (port: number): string => `{listen: "127.0.0.1:${port}"}`;
  const sockets = `{http: ${listen(http.port)}, free: ${listen(await freePort())}, admin: ${listen(admin.port)}}`;
  project.write(`services: {web: {command: puppet web, sockets: ${sockets}}}`);
  const up = project.start('up', '-d');
  const told = async (nth: number): Promise<string> => (await project.event('web', 'waiting', nth)).text;
  const taker = `taken by ${process.pid} (node)`;
  assert.equal(await told(1), `sockets http: 127.0.0.1:${http.port}, admin: 127.0.0.1:${admin.port} are ${taker}`);
  assert.equal((await project.service('web')).blockedBy.length, 2);
  await http.release();
  assert.equal(await told(2), `socket admin: 127.0.0.1:${admin.port} is ${taker}`);
  await admin.release();
  await project.puppet('web').nextRun();
  assert.equal((await up.finished()).code, 0);
});

projectTest('up -d --wait gives up on an address that stays taken, with 124 and the holder', async (project, context) => {
  const { port } = await takePort(context);
  writeProject(project, port, ', start: on-demand');
  await project.fail(124, 'up', '-d', '--wait=1ms');
  await project.event('web', 'waiting');
  assert.match(await project.fail(124, 'up', '-d', '--wait=1ms'), new RegExp(`127\\.0\\.0\\.1:${port} is taken by ${process.pid}`));
});

projectTest('on demand: a taken address is waited for, and then it sleeps until a connection arrives', async (project, context) => {
  const { port, release } = await takePort(context);
  writeProject(project, port, ', start: on-demand');
  const up = project.start('up', '-d');
  await project.event('web', 'waiting');
  await release();
  assert.equal((await up.finished()).code, 0);
  const { why, run, sockets } = await project.service('web');
  assert.deepEqual([why, run, sockets['http']?.held], ['sleeps until a connection arrives', null, true]);
  assert.ok((await ask(port)).pid > 0);
});

projectTest('the path of a unix socket at which somebody answers is waited for too', async (project, context) => {
  const path = join(project.dir, 'app.sock');
  const holder = createServer((socket) => socket.destroy()).listen(path);
  context.after(() => holder.close());
  project.write('services: {web: {command: puppet web, sockets: {app: {listen: ./app.sock}}}}');
  const up = project.start('up', '-d');
  assert.equal((await project.event('web', 'waiting')).text, `socket app: ${path} is taken by ${process.pid} (node)`);
  await new Promise((resolve) => holder.close(resolve));
  await project.puppet('web').nextRun();
  assert.equal((await up.finished()).code, 0);
});

projectTest('instances wait for their address together', async (project, context) => {
  const { port, release } = await takePort(context);
  writeProject(project, port, ', instances: 2');
  const up = project.start('up', '-d');
  for (const name of ['web:1', 'web:2']) assert.match((await project.event(name, 'waiting')).text, /is taken by/);
  await release();
  assert.equal((await up.finished()).code, 0);
  const { services } = await project.snapshot();
  assert.deepEqual(
    services.map(({ state, attempt, run }) => [state, attempt, run]),
    [
      ['ready', 0, 1],
      ['ready', 0, 1],
    ],
  );
});

projectTest('a reload to a taken address is taken back, and with overlap nobody notices', async (project, context) => {
  const [port, taken] = [await freePort(), (await takePort(context)).port];
  const write = (at: number): void => {
    writeProject(project, at, ', restart: {strategy: overlap}');
    project.write(`reload: {settle: 50ms}\n${readFileSync(project.file, 'utf8')}`);
  };
  write(port);
  await project.succeed('up', '-d');
  const before = await ask(port);
  write(taken);
  assert.match((await project.event('web:2', 'rolled-back')).text, new RegExp(`127\\.0\\.0\\.1:${taken} is taken by ${process.pid}`));
  assert.equal((await ask(port)).pid, before.pid);
  await project.succeed('restart', 'web');
  assert.notEqual((await ask(port)).pid, before.pid, 'its address was held all the while');
});

projectTest('of instances that outlived omniroute one alone cannot have the socket back; all of them can', async (project) => {
  const port = await freePort();
  writeProject(project, port, ', instances: 2');
  await project.succeed('up', '-d');
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await project.succeed('up', '-d');
  assert.match(
    await project.fail(1, 'restart', 'web:1'),
    /outlived an omniroute: `omniroute stop web` and `omniroute start web` give it back/,
  );
  await project.succeed('restart', 'web');
  const { services } = await project.snapshot();
  assert.deepEqual(
    services.map(({ state, sockets }) => [state, sockets['http']?.held]),
    [
      ['ready', true],
      ['ready', true],
    ],
  );
});

for (const [listen, problem] of Object.entries({
  './none/app.sock': /folder \S+\/none does not exist/,
  './here': /a file that is no socket/,
})) {
  projectTest(`what time does not heal is not waited for: ${listen}`, async (project) => {
    project.write('', 'here');
    project.write(`services: {web: {command: puppet web, sockets: {app: {listen: ${listen}}}}}`);
    assert.match(await project.fail(1, 'up', '-d'), problem);
    assert.equal((await project.service('web')).state, 'failed');
  });
}

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
