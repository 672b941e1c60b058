import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { refuseAccess } from '../../src/control/access.ts';
import { serveControl } from '../../src/control/api.ts';
import { ask } from './ask.ts';
import { FakeSupervision, serve, TOKEN, temporaryFolder } from './fake-supervision.ts';

const gate = { host: '127.0.0.1', token: TOKEN };
const caller = { host: '127.0.0.1:4000', origin: undefined, authorization: `Bearer ${TOKEN}`, queryToken: undefined };

test('over TCP the token is asked for, in the header or in the address', async (t) => {
  const { server } = await serve(t, { tcp: true });
  const port = server.address.tcp?.port as number;
  const status = async (path: string, headers = {}) => (await ask(port, path, { headers })).status;
  assert.equal(await status('/v1/project'), 401);
  assert.equal(await status('/v1/project', { authorization: 'Bearer wrong' }), 401);
  assert.equal(await status('/v1/project?token=wrong'), 401);
  assert.equal(await status('/v1/project?token='), 401);
  assert.equal(await status('/v1/project', { authorization: `Bearer ${TOKEN}` }), 200);
  assert.equal(await status(`/v1/project?token=${TOKEN}`), 200);
  assert.equal(await status(`/v1/services/server/logs?token=${TOKEN}`), 200);
});

test('an order is refused before it is read', async (t) => {
  const { server, supervision } = await serve(t, { tcp: true });
  const answer = await ask(server.address.tcp?.port as number, '/v1/down', { method: 'POST' });
  assert.equal(answer.status, 401);
  assert.deepEqual(supervision.submitted, []);
});

test('a token guessed wrong 100 times is turned away, and who has the right one is not', async (t) => {
  const { server } = await serve(t, { tcp: true });
  const port = server.address.tcp?.port as number;
  const counts = new Map<number, number>();
  for (let n = 0; n < 100; n++) {
    const { status, headers } = await ask(port, '/v1/project', { headers: { authorization: `Bearer guess-${n}` } });
    if (status === 429) assert.ok(Number(headers['retry-after']) > 0);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  assert.deepEqual(
    [...counts],
    [
      [401, 20],
      [429, 80],
    ],
  );
  assert.equal((await ask(port, '/v1/project', { headers: { authorization: `Bearer ${TOKEN}` } })).status, 200);
});

test('no refusal tells what was given or what is right', async (t) => {
  const { server } = await serve(t, { tcp: true });
  const answer = await ask(server.address.tcp?.port as number, `/v1/project?token=${TOKEN}x`);
  assert.equal(answer.status, 401);
  assert.doesNotMatch(answer.text + JSON.stringify(answer.headers), new RegExp(TOKEN));
});

test('a page of another site reaches nothing, even with the token', async (t) => {
  const { server } = await serve(t, { tcp: true });
  const port = server.address.tcp?.port as number;
  const authorization = `Bearer ${TOKEN}`;
  const foreign = await ask(port, '/v1/project', { headers: { authorization, origin: 'http://evil.example' } });
  assert.deepEqual([foreign.status, (foreign.json() as { error: string }).error], [403, 'forbidden']);
  const rebound = await ask(port, '/v1/project', { headers: { authorization, host: `evil.example:${port}` } });
  assert.equal(rebound.status, 403);
  const own = await ask(port, '/v1/project', { headers: { authorization, origin: `http://127.0.0.1:${port}` } });
  assert.equal(own.status, 200);
});

test('names that DNS could point here are no address of this machine', () => {
  const hosts = [
    'evil.example',
    '127.0.0.1.nip.io',
    'localhost.evil.example',
    '127.0.0.1@evil.example',
    'evil.example#127.0.0.1',
    '',
    undefined,
  ];
  for (const host of hosts) assert.equal(refuseAccess({ ...caller, host }, gate)?.error, 'forbidden', String(host));
  for (const host of ['localhost', 'LOCALHOST:4000', '127.0.0.1:4000', '[::1]:4000', '192.168.1.7:4000']) {
    assert.equal(refuseAccess({ ...caller, host }, gate), null, host);
  }
});

test('a configured name is one of this machine', () => {
  assert.equal(refuseAccess({ ...caller, host: 'Box.lan:4000' }, { ...gate, host: 'box.lan' }), null);
});

test('an origin must be the one addressed, port and scheme included', () => {
  for (const origin of ['null', 'http://127.0.0.1:4001', 'https://127.0.0.1:4000', 'http://localhost:4000', 'file://']) {
    assert.equal(refuseAccess({ ...caller, origin }, gate)?.error, 'forbidden', origin);
  }
  assert.equal(refuseAccess({ ...caller, origin: 'http://127.0.0.1:4000' }, gate), null);
});

test('a port that is taken is told, and the socket works all the same', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address() as { port: number };
  const socketPath = join(temporaryFolder(t), 'control.sock');
  const server = await serveControl({ supervision: new FakeSupervision(), socketPath, tcp: { host: '127.0.0.1', port, token: TOKEN } });
  assert.equal(server.problem, `the control API cannot listen on 127.0.0.1:${port}: the port is taken`);
  assert.equal(server.address.tcp, null);
  assert.equal((await ask(socketPath, '/v1/project')).status, 200);
  await server.close();
});

test('an empty token never opens a port', async (t) => {
  const socketPath = join(temporaryFolder(t), 'control.sock');
  const serving = serveControl({ supervision: new FakeSupervision(), socketPath, tcp: { host: '127.0.0.1', port: 0, token: '' } });
  await assert.rejects(serving, /never served over TCP without a token/);
});
