import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HeldSockets, holdSockets } from '../../src/process/held-sockets.ts';
import { freePort } from '../../src/process/ports.ts';
import type { SocketAddress } from '../../src/socket-address.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function hold(context: TestContext, ...addresses: SocketAddress[]): Promise<HeldSockets> {
  const held = await holdSockets(addresses.map((address, index) => ({ name: `s${index}`, address })));
  assert.ok('fds' in held, JSON.stringify(held));
  context.after(() => held.close());
  return held;
}

async function talk(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}

const tcp = async (): Promise<SocketAddress & { type: 'tcp' }> => ({ type: 'tcp', host: '127.0.0.1', port: await freePort() });

test('a connection made while nobody serves waits, and is answered by whoever gets the descriptor', async (context) => {
  const address = await tcp();
  const { fds } = await hold(context, address);
  const early = connect(address.port, address.host);
  await once(early, 'connect');
  const answer = talk(early);
  // Not in this process: whoever listens to a descriptor closes it, and the one who holds it does too.
  const program = `require('net').createServer((socket) => socket.end('at last')).listen({ fd: 3 })`;
  const server = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'inherit', 'inherit', fds[0] as number] });
  assert.equal(await answer, 'at last');
  server.kill('SIGKILL');
  await once(server, 'exit');
});

test('several sockets are held in the order asked for, of both kinds', async (context) => {
  const path = join(temporaryFolder(context), 'app.sock');
  const address = await tcp();
  const { fds } = await hold(context, { type: 'unix', path }, address);
  assert.equal(new Set(fds).size, 2);
  for (const target of [{ path }, { port: address.port, host: address.host }]) {
    const client = connect(target);
    await once(client, 'connect');
    client.destroy();
  }
});

test('addresses that somebody else has are refused with their names, and nothing of the others is kept', async (context) => {
  const taken = await tcp();
  const free = await tcp();
  const holder = createServer().listen(taken.port, taken.host);
  await once(holder, 'listening');
  context.after(() => holder.close());
  const path = join(temporaryFolder(context), 'app.sock');
  await hold(context, { type: 'unix', path });
  const failure = await holdSockets([
    { name: 'http', address: taken },
    { name: 'free', address: free },
    { name: 'app', address: { type: 'unix', path } },
  ]);
  assert.ok('code' in failure);
  const told = (name: string, at: string): string => `its socket ${name} cannot be held at ${at}: ${process.pid} (node) listens there`;
  assert.equal(failure.message, `${told('http', `127.0.0.1:${taken.port}`)}; ${told('app', path)}`);
  assert.deepEqual(
    [failure.code, failure.taken.map(({ socket, occupant }) => [socket.name, occupant?.holder?.pid])],
    [
      'EADDRINUSE',
      [
        ['http', process.pid],
        ['app', process.pid],
      ],
    ],
  );
  const client = connect(free.port, free.host);
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
});

test('an address that this machine does not have is named', async () => {
  const failure = await holdSockets([{ name: 'http', address: { type: 'tcp', host: '192.0.2.1', port: 4000 } }]);
  assert.ok('code' in failure);
  assert.equal(failure.code, 'EADDRNOTAVAIL');
  assert.match(failure.message, /this machine has no such address/);
});

test('a folder that is not there, and a file in the place of the socket, are told as what they are', async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'file'), '');
  const told = async (path: string): Promise<unknown> => {
    const failure = await holdSockets([{ name: 'app', address: { type: 'unix', path } }]);
    return 'code' in failure && [failure.code, failure.message.split(': ')[1]];
  };
  assert.deepEqual(await told(join(folder, 'none', 'x')), ['ENOENT', `the folder ${join(folder, 'none')} does not exist`]);
  assert.deepEqual(await told(join(folder, 'file')), ['EEXIST', 'a file that is no socket is in its place']);
  assert.equal(((await told(join(folder, 'file', 'x'))) as string[])[0], 'ENOTDIR');
});

test('the socket file of a process that was killed is replaced, that of a living one is not', async (context) => {
  const path = join(temporaryFolder(context), 'app.sock');
  const first = await hold(context, { type: 'unix', path });
  const failure = await holdSockets([{ name: 'app', address: { type: 'unix', path } }]);
  assert.ok('code' in failure && failure.code === 'EADDRINUSE');
  await first.close();
  await hold(context, { type: 'unix', path });
  assert.ok(existsSync(path));
});
