import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import selfsigned from 'selfsigned';
import { isAlive } from '../../src/process/identity.ts';
import { freePort } from '../../src/process/ports.ts';
import { runProbe } from '../../src/process/probe.ts';
import type { StatusRange } from '../../src/spec.ts';
import { Rig, until } from './rig.ts';

const LONG_MS = 60_000;
const SHORT_MS = 200;
const HERE = { cwd: '/', env: { PATH: process.env['PATH'] ?? '' } };
const OK: readonly StatusRange[] = [{ min: 200, max: 299 }];

async function listen(context: TestContext, server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, host), 'listening');
  context.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

function serve(context: TestContext, listener: RequestListener, host?: string): Promise<number> {
  return listen(context, createHttpServer(listener), host);
}

function probeHttp(url: string, timeoutMs = LONG_MS, statuses = OK): Promise<string | null> {
  return runProbe({ type: 'http', url, statuses }, { ...HERE, timeoutMs });
}

function probeExec(text: string, timeoutMs = LONG_MS, rig?: Rig): Promise<string | null> {
  return runProbe({ type: 'exec', command: ['/bin/sh', '-c', text] }, { timeoutMs, cwd: rig?.folder ?? '/', env: rig?.env ?? HERE.env });
}

test('an expected status is success', async (context) => {
  const port = await serve(context, (_, response) => response.writeHead(204).end());
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/health?deep=1`), null);
});

test('path, query and host arrive as they are written', async (context) => {
  const seen: (string | undefined)[] = [];
  const port = await serve(context, ({ url, headers }, response) => {
    seen.push(url, headers.host, headers.authorization);
    response.end();
  });
  assert.equal(await probeHttp(`http://me:s%20t@127.0.0.1:${port}/health?deep=1`), null);
  assert.deepEqual(seen, ['/health?deep=1', `127.0.0.1:${port}`, `Basic ${Buffer.from('me:s t').toString('base64')}`]);
});

test('another status is the reason', async (context) => {
  const port = await serve(context, (_, response) => response.writeHead(500).end('instrumentation failed'));
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`), 'HTTP 500');
});

test('a status within any of several ranges is success', async (context) => {
  const port = await serve(context, (_, response) => response.writeHead(401).end());
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`, LONG_MS, [...OK, { min: 401, max: 401 }]), null);
});

test('a redirect is judged, not followed', async (context) => {
  let requests = 0;
  const port = await serve(context, (_, response) => {
    requests++;
    response.writeHead(302, { location: '/login' }).end();
  });
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`), 'HTTP 302');
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`, LONG_MS, [{ min: 200, max: 399 }]), null);
  assert.equal(requests, 2);
});

test('nobody listening is a refused connection', async () => {
  assert.equal(await probeHttp(`http://127.0.0.1:${await freePort()}/`), 'connection refused');
  assert.equal(await probeHttp(`http://localhost:${await freePort()}/`), 'connection refused');
});

test('the name localhost reaches a server on either address', async (context) => {
  const four = await serve(context, (_, response) => response.end());
  assert.equal(await probeHttp(`http://localhost:${four}/`), null);
  const six = await serve(context, (_, response) => response.end(), '::1');
  assert.equal(await probeHttp(`http://localhost:${six}/`), null);
  assert.equal(await probeHttp(`http://[::1]:${six}/`), null);
  assert.equal(await runProbe({ type: 'tcp', host: 'localhost', port: six }, { ...HERE, timeoutMs: LONG_MS }), null);
});

test('of the two addresses of localhost the wrong answer is the reason, not the refusal', async (context) => {
  const port = await serve(context, (_, response) => response.writeHead(503).end(), '::1');
  assert.equal(await probeHttp(`http://localhost:${port}/`), 'HTTP 503');
});

test('a server that drips its headers for ever times out', async (context) => {
  const port = await listen(
    context,
    createTcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 5);
      socket.on('close', () => clearInterval(drip));
    }),
  );
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`, SHORT_MS), 'timed out after 200ms');
});

test('a body that never ends times out', async (context) => {
  const port = await serve(context, (_, response) => response.write('half'));
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`, SHORT_MS), 'timed out after 200ms');
});

test('a wrong status is the reason though its body never ends', async (context) => {
  const port = await serve(context, (_, response) => response.writeHead(500).write('half'));
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`, SHORT_MS), 'HTTP 500');
});

test('a body without measure is not read to its end', async (context) => {
  const port = await serve(context, (_, response) => {
    const pour = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65536)));
    };
    response.on('drain', pour);
    pour();
  });
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`), null);
});

test('a connection cut in the middle of an answer is reset', async (context) => {
  const port = await serve(context, (_, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('half');
    setImmediate(() => response.destroy());
  });
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`), 'connection reset');
});

test('a server of another protocol gives no HTTP answer', async (context) => {
  const port = await listen(
    context,
    createTcpServer((socket) => socket.end('220 mail.example ESMTP\r\n')),
  );
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`), 'not an HTTP answer');
});

test("a certificate of the service's own making is accepted", async (context) => {
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }]);
  const port = await listen(
    context,
    createHttpsServer({ cert, key }, (_, response) => response.end()),
  );
  assert.equal(await probeHttp(`https://127.0.0.1:${port}/`), null);
});

for (const url of ['not a url', 'ftp://127.0.0.1/', 'http://127.0.0.1:99999/', 'http://%zz@127.0.0.1/']) {
  test(`${url} is no URL to probe`, async () => assert.equal(await probeHttp(url), `${url} is no http or https URL`));
}

test('a probe leaves no connection behind', async (context) => {
  const server = createHttpServer((_, response) => response.end('ok'));
  const port = await listen(context, server);
  assert.equal(await probeHttp(`http://127.0.0.1:${port}/`), null);
  await until(() => !process.getActiveResourcesInfo().includes('TCPSocketWrap'));
});

test('an accepted connection is success', async (context) => {
  const port = await listen(context, createTcpServer());
  assert.equal(await runProbe({ type: 'tcp', host: '127.0.0.1', port }, { ...HERE, timeoutMs: LONG_MS }), null);
});

test('a refused connection is the reason', async () => {
  assert.equal(
    await runProbe({ type: 'tcp', host: '127.0.0.1', port: await freePort() }, { ...HERE, timeoutMs: LONG_MS }),
    'connection refused',
  );
});

test('a port that is none is a reason, not an exception', async () => {
  assert.match((await runProbe({ type: 'tcp', host: '127.0.0.1', port: 99_999 }, { ...HERE, timeoutMs: LONG_MS })) ?? '', /port/i);
});

const EXECS: readonly [sentence: string, script: string, expected: string | null][] = [
  ['a command that exits with 0 is success', 'echo noise; exit 0', null],
  ['a command that fails is quoted', 'echo hi; echo "no such table" >&2; exit 2', 'exit 2: "no such table"'],
  ['what it printed last on its output counts when its errors are empty', 'echo one; echo two; exit 1', 'exit 1: "two"'],
  ['colours and empty lines are not quoted', 'printf "\\033[31mbroken\\033[0m\\n\\n  \\n"; exit 1', 'exit 1: "broken"'],
  ['a silent failure is its exit', 'exit 3', 'exit 3'],
  ['a command that is killed names the signal', 'kill -9 $$', 'killed by SIGKILL'],
  ['the quoted line is bounded', 'head -c 100000 /dev/zero | tr "\\0" x; exit 1', `exit 1: "${'x'.repeat(200)}"`],
];

for (const [sentence, script, expected] of EXECS) {
  test(sentence, async () => assert.equal(await probeExec(script), expected));
}

test('a missing command is named', async () => {
  assert.equal(
    await runProbe({ type: 'exec', command: ['no-such-check'] }, { timeoutMs: LONG_MS, cwd: '/', env: { PATH: '/opt/none' } }),
    'no-such-check was not found: searched PATH=/opt/none',
  );
});

test('a command that overruns is killed with its whole group', async (context) => {
  const rig = new Rig(context);
  const result = probeExec('sleep 1000 & echo $! > "$DIR/pid"; echo waiting for the lock; wait', 2000, rig);
  const child = await rig.identityFrom('pid');
  assert.equal(await result, 'timed out after 2s: "waiting for the lock"');
  await until(() => !isAlive(child));
});

test('what a command leaves in its group ends with it', async (context) => {
  const rig = new Rig(context);
  assert.equal(await probeExec('sleep 1000 & echo $! > "$DIR/pid"', LONG_MS, rig), null);
  const pid = Number(await rig.told('pid'));
  await until(() => !isAliveNumber(pid));
});

function isAliveNumber(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
