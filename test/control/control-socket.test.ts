import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveControl } from '../../src/control/api.ts';
import { ask } from './ask.ts';
import { FakeSupervision, serve, temporaryFolder } from './fake-supervision.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** Binds a socket and dies without a chance to remove it. */
function leaveStaleSocket(path: string): void {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  assert.equal(spawnSync(process.execPath, ['-e', script]).signal, 'SIGKILL');
  assert.ok(lstatSync(path).isSocket());
}

function serveAt(socketPath: string) {
  return serveControl({ supervision: new FakeSupervision(), socketPath, tcp: null });
}

test('only the owner can reach the socket, whatever the umask', async (t) => {
  const folder = join(temporaryFolder(t), 'open');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const umask = process.umask(0);
  t.after(() => process.umask(umask));
  const server = await serveAt(join(folder, 'control.sock'));
  assert.equal(modeOf(folder), 0o700);
  assert.equal(modeOf(server.address.socket), 0o600);
  await server.close();
});

test('the socket is gone after the end', async (t) => {
  const socket = join(temporaryFolder(t), 'control.sock');
  const server = await serveAt(socket);
  assert.ok(existsSync(socket));
  await server.close();
  assert.ok(!existsSync(socket));
});

test('the socket of a dead supervisor is replaced', async (t) => {
  const socket = join(temporaryFolder(t), 'control.sock');
  leaveStaleSocket(socket);
  const server = await serveAt(socket);
  assert.equal((await ask(socket, '/v1/project')).status, 200);
  await server.close();
});

test('the socket of a living one is not', async (t) => {
  const { socket } = await serve(t);
  await assert.rejects(serveAt(socket), /another supervisor listens at/);
  assert.equal((await ask(socket, '/v1/project')).status, 200);
});

test('a file that is no socket is left alone', async (t) => {
  const path = join(temporaryFolder(t), 'control.sock');
  writeFileSync(path, 'mine');
  await assert.rejects(serveAt(path), /is in the way of the control socket and is no socket/);
  assert.equal(readFileSync(path, 'utf8'), 'mine');
});

test('no socket is made where others can write', async (t) => {
  const folder = join(temporaryFolder(t), 'shared');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  await assert.rejects(serveAt(join(folder, 'control.sock')), /can be written by other users \(mode 777\)/);
  assert.ok(!existsSync(join(folder, 'control.sock')));
});
