import assert from 'node:assert/strict';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { basename } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findTakenPorts, freePort } from '../../src/process/ports.ts';
import { Rig } from './rig.ts';

const SELF = { pid: process.pid, command: basename(realpathSync(process.execPath)) };

async function listen(context: TestContext, host: string): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await once(server.listen(0, host), 'listening');
  context.after(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

for (const host of ['127.0.0.1', '0.0.0.0', '::1', '::']) {
  test(`a port that somebody listens on at ${host} is taken`, async (context) => {
    const { port } = await listen(context, host);
    assert.deepEqual(await findTakenPorts([port]), [{ port, ...SELF }]);
  });
}

test('the holder in another process is named', async (context) => {
  const rig = new Rig(context);
  const script =
    'const s = require("net").createServer().listen(0, "127.0.0.1", () => require("fs").writeFileSync("port", s.address().port + "\\n"))';
  const { identity } = await rig.play([process.execPath, '-e', script]);
  const port = Number(await rig.told('port'));
  assert.deepEqual(await findTakenPorts([port]), [{ port, pid: identity.pid, command: SELF.command }]);
});

test('a free port is not taken', async () => {
  const port = await freePort();
  assert.ok(port > 0 && port < 65536);
  assert.deepEqual(await findTakenPorts([port]), []);
  assert.deepEqual(await findTakenPorts([]), []);
});

test('only the taken ones of several ports are told', async (context) => {
  const { port } = await listen(context, '127.0.0.1');
  const taken = await findTakenPorts([await freePort(), port, await freePort()]);
  assert.deepEqual(
    taken.map((one) => one.port),
    [port],
  );
});

test('connections that linger after their server has gone do not take a port', async (context) => {
  const { server, port } = await listen(context, '127.0.0.1');
  const accepted = once(server, 'connection');
  const client = connect(port, '127.0.0.1');
  const [socket] = await accepted;
  socket.end();
  client.end();
  await Promise.all([once(socket.resume(), 'close'), once(client.resume(), 'close')]);
  server.close();
  await once(server, 'close');
  assert.deepEqual(await findTakenPorts([port]), []);
});

test('an open connection whose server no longer listens does not take a port', async (context) => {
  const { server, port } = await listen(context, '127.0.0.1');
  const accepted = once(server, 'connection');
  const client = connect(port, '127.0.0.1');
  const [socket] = await accepted;
  server.close();
  assert.deepEqual(await findTakenPorts([port]), []);
  socket.destroy();
  client.destroy();
});
