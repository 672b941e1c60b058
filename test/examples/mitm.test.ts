import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startExample } from './example-process.ts';
import { askByConnect, askByName, connectThrough, makeFolder, openTunnel, startMitm, startUpstream, textOf } from './mitm-client.ts';

const CLOSED_PORT = 'http://127.0.0.1:1';
const CHAT = { method: 'POST', path: '/v1/chat/completions', body: JSON.stringify({ messages: [{ role: 'user', content: 'through' }] }) };

test('the gateway answers through the proxy, whether the client came by name or by CONNECT', async (t) => {
  const gateway = startExample(t, 'gateway/server.mjs', { PORT: '0', HOSTNAME: '127.0.0.1' });
  const [, url] = await gateway.printed(/gateway ready on (\S+)/);
  const mitm = await startMitm(t, url as string);
  for (const ask of [askByName, askByConnect]) {
    const response = await ask(mitm, 'api.openai.com', CHAT);
    assert.equal(response.statusCode, 200);
    assert.match(await textOf(response), /You said: through/);
  }
});

test('any host name is answered with a certificate of that name', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('ok'));
  const mitm = await startMitm(t, upstream);
  for (const host of ['api.openai.com', 'a-b.example', 'x_y.example', 'localhost', `${'a'.repeat(63)}.${'b'.repeat(63)}.example`]) {
    const socket = await openTunnel(mitm, host);
    assert.equal(socket.authorized, true, host);
    assert.equal(socket.getPeerCertificate().subjectaltname?.split(', ')[0], `DNS:${host}`);
    socket.destroy();
  }
});

test('a client that comes by address is answered with a certificate of that address', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('ok'));
  const mitm = await startMitm(t, upstream);
  const outgoing = requestHttps({ host: '127.0.0.1', port: mitm.port, ca: mitm.ca, agent: false }).end();
  const [response] = await once(outgoing, 'response');
  assert.equal(await textOf(response), 'ok');
});

test('plain HTTP is forwarded too, asked for directly or through a tunnel', async (t) => {
  const upstream = await startUpstream(t, (request, response) => response.end(request.headers['x-forwarded-proto']));
  const mitm = await startMitm(t, upstream);
  assert.equal(await (await fetch(`http://127.0.0.1:${mitm.port}/`)).text(), 'http');
  const tunnel = await connectThrough(mitm, 'api.openai.com:80');
  tunnel.write('GET / HTTP/1.1\r\nhost: api.openai.com\r\nconnection: close\r\n\r\n');
  assert.match((await tunnel.setEncoding('utf8').toArray()).join(''), /^HTTP\/1\.1 200 OK\r\n[^]*http/);
});

test('the upstream learns whom the client meant and who it is, and nothing that was meant for the proxy alone', async (t) => {
  const upstream = await startUpstream(t, (request, response) =>
    response.end(JSON.stringify({ url: request.url, headers: request.headers })),
  );
  const mitm = await startMitm(t, upstream);
  const sent = {
    connection: 'close, x-private',
    'x-private': '1',
    te: 'trailers',
    'proxy-authorization': 'secret',
    authorization: 'Bearer kept',
  };
  const { url, headers } = JSON.parse(await textOf(await askByName(mitm, 'api.openai.com', { path: '/v1/models?x=1', headers: sent })));
  assert.equal(url, '/v1/models?x=1');
  assert.deepEqual(headers, {
    authorization: 'Bearer kept',
    connection: 'close',
    host: new URL(upstream).host,
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'api.openai.com',
    'x-forwarded-proto': 'https',
  });
});

test('a path that looks like another host, and one written in full, both stay with the upstream', async (t) => {
  const upstream = await startUpstream(t, (request, response) => response.end(request.url));
  const mitm = await startMitm(t, upstream);
  assert.equal(await textOf(await askByName(mitm, 'api.openai.com', { path: '//elsewhere.example/x' })), '//elsewhere.example/x');
  assert.equal(await textOf(await askByName(mitm, 'api.openai.com', { path: 'http://elsewhere.example/y?z' })), '/y?z');
  assert.equal((await askByName(mitm, 'api.openai.com', { method: 'OPTIONS', path: '*' })).statusCode, 400);
});

test('both directions are streams: the answer begins before the request has ended, and ends after the client has seen it begin', async (t) => {
  const upstream = await startUpstream(t, (request, response) => request.pipe(response));
  const mitm = await startMitm(t, upstream);
  const options = { host: '127.0.0.1', port: mitm.port, servername: 'api.openai.com', ca: mitm.ca, agent: false as const };
  const outgoing = requestHttps({ ...options, method: 'POST', path: '/echo' });
  outgoing.write('first ');
  const [response] = await once(outgoing, 'response');
  const [first] = await once(response.setEncoding('utf8'), 'data');
  assert.equal(first, 'first ');
  outgoing.end('second');
  assert.equal(await textOf(response), 'second');
});

test('a large body arrives whole both ways', async (t) => {
  const upstream = await startUpstream(t, (request, response) => request.pipe(response));
  const mitm = await startMitm(t, upstream);
  const body = 'x'.repeat(5_000_000);
  assert.equal(await textOf(await askByConnect(mitm, 'api.openai.com', { method: 'POST', body })), body);
});

test('an upstream that is down gives a 502 that names it, and the proxy stays', async (t) => {
  const mitm = await startMitm(t, CLOSED_PORT);
  for (const ask of [askByName, askByConnect]) {
    const response = await ask(mitm, 'api.openai.com', CHAT);
    assert.equal(response.statusCode, 502);
    assert.match(JSON.parse(await textOf(response)).error.message, /http:\/\/127\.0\.0\.1:1, cannot be reached: connect ECONNREFUSED/);
  }
});

test('an upstream that breaks off in the middle of its answer cuts the client off too, and the proxy stays', async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    if (request.url === '/fine') response.end('fine');
    else response.writeHead(200, { 'content-length': '1000' }).write('begun', () => request.socket.destroy());
  });
  const mitm = await startMitm(t, upstream);
  const response = await askByName(mitm, 'api.openai.com', { path: '/broken' });
  await assert.rejects(textOf(response), { code: 'ECONNRESET' });
  await mitm.process.printed(/GET \/broken cut off/);
  assert.equal(await textOf(await askByName(mitm, 'api.openai.com', { path: '/fine' })), 'fine');
});

test('a client that leaves ends its request upstream', async (t) => {
  const events = new EventEmitter();
  const left = once(events, 'left');
  const upstream = await startUpstream(t, (_request, response) => {
    response.once('close', () => events.emit('left'));
    response.write('endless');
  });
  const mitm = await startMitm(t, upstream);
  const response = await askByName(mitm, 'api.openai.com');
  await once(response, 'data');
  response.destroy();
  await left;
});

test('clients that reset, speak no TLS after all, ask for an impossible name, or send endless headers do no harm', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('ok'));
  const mitm = await startMitm(t, upstream);
  const write = async (bytes: string | Buffer) => {
    const socket = connect(mitm.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  };
  (await write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]))).resetAndDestroy();
  (await write('CONNECT api.openai.com:443 HTTP/1.1\r\nHost: x\r\n\r\n')).resetAndDestroy();
  const garbage = await write(Buffer.from('\x16this is no handshake'));
  await once(garbage.resume(), 'close');
  await assert.rejects(openTunnel(mitm, 'no such name'));
  assert.equal((await askByName(mitm, 'api.openai.com', { headers: { 'x-long': 'x'.repeat(20_000) } })).statusCode, 431);
  assert.equal(await textOf(await askByName(mitm, 'api.openai.com')), 'ok');
});

test('a busy port is named in the last line, with exit code 1', async (t) => {
  const mitm = await startMitm(t, CLOSED_PORT);
  const env = { MITM_LOCAL_PORT: String(mitm.port), UPSTREAM: CLOSED_PORT, CERT_DIR: mitm.certs };
  const second = startExample(t, 'mitm/server.mjs', env);
  assert.deepEqual(await second.exited, { code: 1, signal: null });
  assert.equal(second.output(), `❌ Port ${mitm.port} already in use\n`);
});

test('an upstream that is no URL is refused by name', async (t) => {
  const process = startExample(t, 'mitm/server.mjs', { UPSTREAM: 'localhost', CERT_DIR: makeFolder(t) });
  assert.deepEqual(await process.exited, { code: 1, signal: null });
  assert.equal(process.output(), '❌ UPSTREAM is not an http(s) URL: localhost\n');
});

test('SIGTERM lets the request in flight finish, closes what is only open, and exits 0', async (t) => {
  const events = new EventEmitter();
  const upstream = await startUpstream(t, (_request, response) => {
    events.once('may end', () => response.end('done'));
    response.write('begun, ');
  });
  const mitm = await startMitm(t, upstream);
  const idle = (await openTunnel(mitm, 'api.openai.com')).on('error', () => {});
  const response = await askByName(mitm, 'api.openai.com');
  mitm.process.signal('SIGTERM');
  await mitm.process.printed(/SIGTERM: closing 2 connection\(s\), 1 request\(s\) in flight/);
  events.emit('may end');
  assert.equal(await textOf(response), 'begun, done');
  assert.deepEqual(await mitm.process.exited, { code: 0, signal: null });
  idle.destroy();
});
