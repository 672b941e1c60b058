import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type ListenOptions } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findOccupants, type Occupant } from '../../src/process/occupant.ts';
import { freePort } from '../../src/process/ports.ts';
import type { SocketAddress } from '../../src/socket-address.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function listen(context: TestContext, where: ListenOptions): Promise<number> {
  const server = createServer().listen(where);
  await once(server, 'listening');
  context.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function findOccupant(address: SocketAddress): Promise<Occupant | null> {
  const [occupant] = await findOccupants([address]);
  return occupant ?? null;
}

async function pidAt(host: string, port: number): Promise<number | undefined> {
  return (await findOccupant({ type: 'tcp', host, port }))?.holder?.pid;
}

for (const [listens, asked] of [
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['127.0.0.1', '0.0.0.0'],
  ['::', '127.0.0.1'],
  ['::1', '::1'],
  ['::1', '0:0:0:0:0:0:0:1'],
  ['127.0.0.1', 'localhost'],
] as const) {
  test(`who listens on ${listens} is in the way of ${asked}`, async (context) => {
    const port = await listen(context, { host: listens, port: 0 });
    assert.equal(await pidAt(asked, port), process.pid);
  });
}

test('of several at one port, the one at that very address is told', async (context) => {
  const port = await listen(context, { host: '127.0.0.2', port: 0 });
  await listen(context, { host: '127.0.0.1', port });
  const at = async (host: string): Promise<string | undefined> => (await findOccupant({ type: 'tcp', host, port }))?.inode;
  assert.notEqual(await at('127.0.0.1'), await at('127.0.0.2'));
  assert.equal(await at('127.0.0.3'), undefined);
});

test('where nobody listens there is nobody', async (context) => {
  assert.equal(await pidAt('127.0.0.1', await freePort()), undefined);
  assert.equal(await findOccupant({ type: 'unix', path: join(temporaryFolder(context), 'none') }), null);
});

test('who listens at a path is told, blanks and all', async (context) => {
  const path = join(temporaryFolder(context), 'a socket');
  await listen(context, { path });
  assert.equal((await findOccupant({ type: 'unix', path }))?.holder?.pid, process.pid);
});

test('who is at several addresses is told of each', async (context) => {
  const path = join(temporaryFolder(context), 'here');
  const port = await listen(context, { host: '127.0.0.1', port: 0 });
  await listen(context, { path });
  const occupants = await findOccupants([
    { type: 'tcp', host: '127.0.0.1', port },
    { type: 'unix', path: `${path}-not` },
    { type: 'unix', path },
  ]);
  assert.deepEqual(
    occupants.map((occupant) => occupant?.holder?.pid ?? null),
    [process.pid, null, process.pid],
  );
});
