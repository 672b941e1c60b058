import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type DashboardServer, serveDashboard } from '../../src/dashboard/dashboard-server.ts';
import type { PageFile } from '../../src/dashboard/page-files.ts';
import { type Answered, type Asked, ask, open } from '../control/ask.ts';
import { serve } from '../control/fake-supervision.ts';
import { eventually } from '../rig/within.ts';

const TOKEN = 'the-right-token';
const FILES = new Map<string, PageFile>([['/', { contentType: 'text/html', body: Buffer.from('<title>page</title>') }]]);

async function serveBoth(t: TestContext) {
  const served = await serve(t);
  let socket: string | null = served.socket;
  const server = (await serveDashboard({ port: 0, token: TOKEN, files: FILES, findSocket: () => socket })) as Extract<
    DashboardServer,
    { ok: true }
  >;
  t.after(() => server.close());
  const { port } = server;
  const host = `127.0.0.1:${port}`;
  return {
    ...served,
    port,
    url: server.url,
    lose: (path: string | null) => {
      socket = path;
    },
    call: (path: string, { headers, ...rest }: Asked = {}): Promise<Answered> =>
      ask(port, path, { ...rest, headers: { host, authorization: `Bearer ${TOKEN}`, ...headers } }),
    visit: (path: string, headers: Readonly<Record<string, string>> = {}) => ask(port, path, { headers: { host, ...headers } }),
  };
}

test('the page is for whoever asks this machine, under a policy that allows nothing inline and nothing from elsewhere', async (t) => {
  const { visit } = await serveBoth(t);
  const { status, headers, text } = await visit('/');
  assert.deepEqual([status, text], [200, '<title>page</title>']);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal((await visit('/../package.json')).status, 404);
  const wrong = await visit('/?token=wrong');
  assert.deepEqual([wrong.status, wrong.text], [401, text], 'who is refused is told so by the page, not by JSON');
  assert.equal((await visit(`/?token=${TOKEN}`)).status, 200);
});

test('the control API is there with the token in a header, and orders are said to come from the dashboard', async (t) => {
  const { call, supervision } = await serveBoth(t);
  assert.equal(((await call('/v1/project')).json() as { name: string }).name, 'shop');
  const order = await call('/v1/commands', { method: 'POST', body: JSON.stringify({ type: 'restart', services: ['server'] }) });
  assert.equal(order.status, 200);
  assert.deepEqual(supervision.submitted, [{ command: { type: 'restart', services: ['server'] }, actor: 'dashboard' }]);
  assert.equal((await call('/v1/nonsense')).status, 404);
});

test('without the token, with it in the address alone, by a foreign name or from a foreign page nothing is answered', async (t) => {
  const { call, visit, port } = await serveBoth(t);
  const statuses = await Promise.all([
    visit('/v1/project'),
    visit(`/v1/project?token=${TOKEN}`),
    call('/v1/project', { headers: { authorization: `Bearer ${TOKEN}x` } }),
    call('/v1/project', { headers: { host: `pages.example:${port}` } }),
    call('/v1/project', { headers: { origin: 'http://pages.example' } }),
    call('/v1/project', { headers: { origin: 'null' } }),
    visit('/', { host: `pages.example:${port}` }),
    visit('/', { origin: `http://127.0.0.1:${port + 1}` }),
  ]);
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [401, 401, 401, 403, 403, 403, 403, 403],
  );
});

test('a token guessed wrong 1,000 times is turned away, and who has the right one is not', async (t) => {
  const { call } = await serveBoth(t);
  const counts = new Map<number, number>();
  for (let n = 0; n < 1000; n++) {
    const { status, headers } = await call('/v1/project', { headers: { authorization: `Bearer guess-${n}` } });
    if (status === 429) assert.ok(Number(headers['retry-after']) > 0);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  assert.deepEqual(
    [...counts],
    [
      [401, 20],
      [429, 980],
    ],
  );
  assert.equal((await call('/v1/project')).status, 200);
});

test('a supervisor that is not there, or comes back elsewhere, is told apart from one that refuses', async (t) => {
  const { call, lose, socket } = await serveBoth(t);
  lose(null);
  assert.equal((await call('/v1/project')).status, 503);
  lose('/nowhere/control.sock');
  assert.deepEqual(((await call('/v1/project')).json() as { error: string }).error, 'not-running');
  lose(socket);
  assert.equal((await call('/v1/project')).status, 200);
});

test('a stream that the browser leaves is left by the supervisor too', async (t) => {
  const { port, supervision } = await serveBoth(t);
  const headers = { host: `127.0.0.1:${port}`, authorization: `Bearer ${TOKEN}` };
  const response = await open(port, '/v1/events?follow=1', { headers });
  await eventually(
    () => 'a subscription',
    () => (supervision.listeners.size === 1 ? true : null),
  );
  response.destroy();
  await eventually(
    () => 'its end',
    () => (supervision.listeners.size === 0 ? true : null),
  );
});

test('a reader that does not read is dropped by the supervisor, and costs no memory without bound here', async (t) => {
  const { port, supervision } = await serveBoth(t);
  const headers = { host: `127.0.0.1:${port}`, authorization: `Bearer ${TOKEN}` };
  const response = await open(port, '/v1/events?follow=1', { headers });
  response.pause();
  await eventually(
    () => 'a subscription',
    () => (supervision.listeners.size === 1 ? true : null),
  );
  await eventually(
    () => 'the reader to be dropped',
    () => {
      for (let n = 0; n < 100; n++) supervision.say('x'.repeat(10_000));
      return supervision.listeners.size === 0 ? true : null;
    },
  );
  response.destroy();
});

test('a port that is taken is a message, not an exception', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => void other.close());
  const { port } = other.address() as { port: number };
  assert.deepEqual(await serveDashboard({ port, token: TOKEN, files: FILES, findSocket: () => null }), {
    ok: false,
    message: `the dashboard cannot listen on 127.0.0.1:${port}: the port is taken`,
  });
});

test('every order is answered, however quickly the supervisor closes after it', async (t) => {
  const { call } = await serveBoth(t);
  const order = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"type":"plan"}' };
  const answers = await Promise.all(Array.from({ length: 200 }, () => call('/v1/commands', order)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
});

test('a body that is too long is refused for its length', async (t) => {
  const { call } = await serveBoth(t);
  for (const length of [70_000, 1_000_000]) {
    const { status } = await call('/v1/commands', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'a'.repeat(length),
    });
    assert.equal(status, 413);
  }
});
