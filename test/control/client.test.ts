import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from '../../src/control/client.ts';
import { serve, temporaryFolder } from './fake-supervision.ts';

const forever = new AbortController().signal;

/** A server that is not ours behind a socket of ours. */
async function serveOther(t: TestContext, answer: RequestListener): Promise<string> {
  const socket = join(temporaryFolder(t), 'control.sock');
  const server = createHttpServer(answer).listen(socket);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return socket;
}

test('questions are answered with values', async (t) => {
  const { socket } = await serve(t);
  const client = connect(socket);
  const snapshot = await client.snapshot({ usage: true });
  assert.equal(snapshot.ok && snapshot.value.services[0]?.cpuPercent, 12.5);
  const why = await client.why('tunnel/cloudflared');
  assert.equal(why.ok && why.value?.chain[0]?.text, 'it is so');
  assert.deepEqual(await client.why('nobody'), { ok: true, value: null });
});

test('an order is carried whole, and its outcome comes back as it was', async (t) => {
  const { socket, supervision } = await serve(t);
  const client = connect(socket);
  const command = { type: 'down', gracePeriodMs: 1500, force: true } as const;
  assert.deepEqual(await client.submit(command), { ok: true, value: { ok: true, message: 'done', seq: 7 } });
  await client.as('top').submit(command);
  assert.deepEqual(
    supervision.submitted,
    ['cli', 'top'].map((actor) => ({ command, actor })),
  );
  supervision.outcome = { ok: false, code: 'invalid-file', message: 'no', details: { diagnostics: [1] } };
  assert.deepEqual(await client.submit({ type: 'reload' }), { ok: true, value: supervision.outcome });
});

test('no supervisor is a value: no socket, no folder, no path, a socket that nobody serves', async (t) => {
  const { socket, server, folder } = await serve(t);
  await server.close();
  for (const path of [socket, join(folder, 'no/such/folder'), '', join(process.cwd(), 'package.json')]) {
    const answer = await connect(path).snapshot({ usage: false });
    assert.equal(answer.ok === false && answer.reason, 'not-running', path);
  }
});

test('a supervisor that ends in order while it is asked does not run', async (t) => {
  const socket = join(temporaryFolder(t), 'control.sock');
  const server = createServer((connection) => {
    server.close();
    connection.destroy();
  }).listen(socket);
  await once(server, 'listening');
  const answer = await connect(socket).snapshot({ usage: false });
  assert.equal(answer.ok === false && answer.reason, 'not-running');
});

test('a supervisor that hangs is a value after the time limit, for questions and for streams', async (t) => {
  const socket = join(temporaryFolder(t), 'control.sock');
  const held: Socket[] = [];
  const server = createServer((connection) => held.push(connection)).listen(socket);
  await once(server, 'listening');
  t.after(() => {
    for (const connection of held) connection.destroy();
    server.close();
  });
  const client = connect(socket, { timeoutMs: 20 });
  const answers = [
    await client.snapshot({ usage: false }),
    await client.submit({ type: 'reload' }),
    await client.events(0, () => undefined, forever),
  ];
  for (const answer of answers) assert.equal(answer.ok === false && answer.reason, 'timeout');
});

test('one that hangs in the middle of its answer is one that hangs', async (t) => {
  const socket = await serveOther(t, (_, response) =>
    response.writeHead(200, { 'omniroute-protocol': '1', 'content-length': '100' }).write('{'),
  );
  const answer = await connect(socket, { timeoutMs: 20 }).snapshot({ usage: false });
  assert.equal(answer.ok === false && answer.reason, 'timeout');
});

test('an answer that is broken off is a failure', async (t) => {
  const socket = await serveOther(t, (_, response) => {
    response.writeHead(200, { 'omniroute-protocol': '1', 'content-length': '100' }).write('{', () => response.destroy());
  });
  const answer = await connect(socket).snapshot({ usage: false });
  assert.deepEqual(answer, { ok: false, reason: 'failed', message: `the supervisor at ${socket} broke off its answer` });
});

test('another version of the protocol is told apart from a failure', async (t) => {
  const newer = await serveOther(t, (_, response) => response.writeHead(200, { 'omniroute-protocol': '2' }).end('{}'));
  const answer = await connect(newer).snapshot({ usage: false });
  assert.equal(answer.ok === false && answer.reason, 'version-mismatch');
  assert.match(answer.ok ? '' : answer.message, /speaks version 2 of the control protocol, this omniroute version 1/);
  const stranger = await serveOther(t, (_, response) => response.end('hello'));
  const other = await connect(stranger).snapshot({ usage: false });
  assert.match(other.ok ? '' : other.message, /does not speak the control protocol/);
});

test('an answer that is not JSON is a failure, not an exception', async (t) => {
  const socket = await serveOther(t, (_, response) => response.writeHead(200, { 'omniroute-protocol': '1' }).end('<html>'));
  const answer = await connect(socket).snapshot({ usage: false });
  assert.deepEqual(answer.ok === false && [answer.reason, answer.message], ['failed', 'the supervisor answered 200 with what is not JSON']);
});

test('events come from a position on, and none after the signal was aborted', async (t) => {
  const { socket, supervision } = await serve(t);
  for (const text of ['one', 'two', 'three', 'four']) supervision.say(text);
  const ended = new AbortController();
  const seen: string[] = [];
  const end = await connect(socket).events(
    1,
    ({ text }) => {
      seen.push(text);
      if (text === 'three') ended.abort();
    },
    ended.signal,
  );
  assert.deepEqual([end, seen], [{ ok: true, value: 'aborted' }, ['two', 'three']]);
  assert.deepEqual(await connect(socket).events(0, () => assert.fail(), ended.signal), { ok: true, value: 'aborted' });
});

test('a stream ends with the supervisor, after its last entry', async (t) => {
  const { socket, supervision, server } = await serve(t);
  const seen: string[] = [];
  supervision.say('hello');
  const events = connect(socket).events(
    0,
    ({ text }) => {
      seen.push(text);
      if (text !== 'hello') return;
      supervision.say('bye');
      void server.close();
    },
    forever,
  );
  assert.deepEqual([await events, seen], [{ ok: true, value: 'ended' }, ['hello', 'bye']]);
});

test('a listener that is slow and was dropped goes on where it was: every entry once', async (t) => {
  const { socket, supervision } = await serve(t);
  const count = 600;
  const ended = new AbortController();
  const seen: number[] = [];
  let goOn: () => void = () => undefined;
  const dropped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  supervision.say('first');
  const events = connect(socket).events(
    0,
    async ({ seq }) => {
      seen.push(seq);
      if (seq === 1) await dropped;
      if (seq === count) ended.abort();
    },
    ended.signal,
  );
  while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let n = 2; n <= count; n++) {
    supervision.say('x'.repeat(10_000));
    if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(supervision.listeners.size, 0, 'it was dropped');
  goOn();
  await events;
  assert.deepEqual(
    seen,
    Array.from({ length: count }, (_, n) => n + 1),
  );
});

test('what a listener throws is not taken for the end of the supervisor', async (t) => {
  const { socket, supervision } = await serve(t);
  supervision.say('one');
  await assert.rejects(
    connect(socket).events(
      0,
      () => {
        throw new Error('mine');
      },
      forever,
    ),
    /mine/,
  );
});
