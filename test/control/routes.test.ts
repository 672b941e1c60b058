import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ask } from './ask.ts';
import { serve } from './fake-supervision.ts';

test('the project is told with fresh figures only where they are asked for', async (t) => {
  const { socket } = await serve(t);
  const cpu = async (path: string) =>
    ((await ask(socket, path)).json() as { services: { cpuPercent: number | null }[] }).services[0]?.cpuPercent;
  assert.equal(await cpu('/v1/project'), null);
  assert.equal(await cpu('/v1/project?usage=1'), 12.5);
});

test('a service whose name holds a slash is one encoded segment', async (t) => {
  const { socket } = await serve(t);
  const answer = await ask(socket, '/v1/services/tunnel%2Fcloudflared');
  assert.equal(answer.status, 200);
  assert.equal((answer.json() as { name: string }).name, 'tunnel/cloudflared');
  assert.equal(((await ask(socket, '/v1/services/tunnel%2Fcloudflared/why')).json() as { service: string }).service, 'tunnel/cloudflared');
});

test('an unknown service is 404 with the nearest names', async (t) => {
  const { socket } = await serve(t);
  for (const path of ['/v1/services/servr', '/v1/services/servr/why', '/v1/services/servr/logs']) {
    const answer = await ask(socket, path);
    assert.equal(answer.status, 404, path);
    assert.deepEqual(answer.json(), {
      error: 'unknown-service',
      message: 'no service named servr; did you mean server?',
      details: { service: 'servr', suggestions: ['server'] },
    });
  }
});

test('an address that is not there, a wrong method and a broken escape are problems too', async (t) => {
  const { socket } = await serve(t);
  assert.deepEqual((await ask(socket, '/v2/nothing')).json(), { error: 'not-found', message: 'there is no GET /v2/nothing' });
  assert.equal((await ask(socket, '/v1/project', { method: 'POST' })).status, 404);
  assert.equal((await ask(socket, '/v1/services/%zz')).status, 404);
});

test('an order to one service carries who asked', async (t) => {
  const { socket, supervision } = await serve(t);
  const answer = await ask(socket, '/v1/services/tunnel%2Fcloudflared/signal', {
    method: 'POST',
    body: '{"signal":"SIGHUP"}',
    headers: { 'omniroute-actor': 'dashboard' },
  });
  assert.deepEqual(answer.json(), { message: 'done', seq: 7 });
  assert.deepEqual(supervision.submitted, [
    { command: { type: 'signal', services: ['tunnel/cloudflared'], signal: 'SIGHUP' }, actor: 'dashboard' },
  ]);
});

test('an order without a body takes the defaults', async (t) => {
  const { socket, supervision } = await serve(t);
  for (const path of ['/v1/services/server/start', '/v1/reload', '/v1/down'])
    assert.equal((await ask(socket, path, { method: 'POST' })).status, 200);
  assert.deepEqual(
    supervision.submitted.map(({ command }) => command),
    [
      { type: 'start', services: ['server'], profiles: [], withDependencies: true },
      { type: 'reload' },
      { type: 'down', gracePeriodMs: null, force: false },
    ],
  );
  assert.equal(supervision.submitted[0]?.actor, 'api');
});

test('an order is understood whether its body is announced, in chunks, or not there at all as with curl -X POST', async (t) => {
  const { socket, supervision } = await serve(t);
  const headers = { 'transfer-encoding': 'chunked' };
  assert.equal((await ask(socket, '/v1/commands', { method: 'POST', body: '{"type":"reload"}', headers })).status, 200);
  const curl = connect(socket).end('POST /v1/reload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  assert.match(await text(curl), /^HTTP\/1\.1 200 /);
  assert.deepEqual(
    supervision.submitted.map(({ command }) => command),
    [{ type: 'reload' }, { type: 'reload' }],
  );
});

test('what is asked wrongly is refused before the supervisor hears of it, and says what is right', async (t) => {
  const { socket, supervision } = await serve(t);
  const rows: [path: string, body: string, message: RegExp][] = [
    ['/v1/commands', 'stop', /not JSON/],
    ['/v1/commands', '[]', /must be a JSON object/],
    ['/v1/commands', '{"type":"explode"}', /type must be one of start, stop/],
    ['/v1/commands', '{"type":"toString"}', /type must be one of/],
    ['/v1/commands', '{"type":"stop"}', /stop needs services: a list of at least one name/],
    ['/v1/commands', '{"type":"stop","services":[]}', /services of stop must be a list of at least one name/],
    ['/v1/commands', '{"type":"stop","services":"server"}', /must be a list/],
    ['/v1/commands', '{"type":"signal","services":["server"],"signal":"SIGNOPE"}', /must be the name of a signal/],
    ['/v1/commands', '{"type":"reload","froce":true}', /reload has no froce; it may have: nothing/],
    ['/v1/down', '{"force":"yes"}', /force of down must be true or false/],
    ['/v1/down', '{"gracePeriodMs":-1}', /must be milliseconds from 0/],
    ['/v1/services/server/stop', '{"services":["mitm"]}', /the path already says services/],
  ];
  for (const [path, body, message] of rows) {
    const answer = await ask(socket, path, { method: 'POST', body });
    assert.equal(answer.status, 400, body);
    assert.match((answer.json() as { message: string }).message, message);
  }
  assert.deepEqual(supervision.submitted, []);
});

test('a refusal of the supervisor keeps its code and details', async (t) => {
  const { socket, supervision } = await serve(t);
  const rows = [
    ['unknown-service', 404],
    ['invalid-file', 422],
    ['refused', 409],
    ['bad-request', 400],
  ] as const;
  for (const [code, status] of rows) {
    supervision.outcome = { ok: false, code, message: 'no', details: { line: 3 } };
    const answer = await ask(socket, '/v1/reload', { method: 'POST' });
    assert.equal(answer.status, status);
    assert.deepEqual(answer.json(), { error: code, message: 'no', details: { line: 3 } });
  }
});

test('a body past 64 KiB is refused, announced or not', async (t) => {
  const { socket, supervision } = await serve(t);
  const body = `{"type":"reload"${' '.repeat(70_000)}}`;
  for (const headers of [{ 'content-length': String(body.length) }, { 'transfer-encoding': 'chunked' }]) {
    const answer = await ask(socket, '/v1/commands', { method: 'POST', body, headers });
    assert.equal(answer.status, 413);
    assert.equal((answer.json() as { error: string }).error, 'body-too-large');
  }
  assert.deepEqual(supervision.submitted, []);
});

test('a failure inside is a problem of status 500, and the next question is answered', async (t) => {
  const { socket, supervision } = await serve(t);
  const { why } = supervision;
  supervision.why = () => {
    throw new Error('out of luck');
  };
  const answer = await ask(socket, '/v1/services/server/why');
  assert.deepEqual([answer.status, answer.json()], [500, { error: 'internal', message: 'out of luck' }]);
  supervision.why = why;
  assert.equal((await ask(socket, '/v1/services/server/why')).status, 200);
});
