import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ExampleProcess, startExample } from './example-process.ts';

async function startGateway(t: TestContext): Promise<{ gateway: ExampleProcess; url: string; port: number }> {
  const gateway = startExample(t, 'gateway/server.mjs', { PORT: '0', HOSTNAME: '127.0.0.1' });
  const [, url, port] = await gateway.printed(/gateway ready on (http:\/\/127\.0\.0\.1:(\d+))/);
  return { gateway, url: url as string, port: Number(port) };
}

const chat = (url: string, body: unknown) =>
  fetch(`${url}/v1/chat/completions`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

test('the health check answers 200 with JSON', async (t) => {
  const { url } = await startGateway(t);
  const response = await fetch(`${url}/api/monitoring/health`);
  assert.equal(response.status, 200);
  assert.deepEqual(
    { ...((await response.json()) as object), uptimeSeconds: 0 },
    { status: 'ok', uptimeSeconds: 0, served: 0, inFlight: 1 },
  );
});

test('the root says in plain text how many requests were served', async (t) => {
  const { url } = await startGateway(t);
  assert.match(await (await fetch(url)).text(), /^gateway: 0 request\(s\) served/);
});

test('a completion echoes the last user message in the shape of OpenAI', async (t) => {
  const { url } = await startGateway(t);
  const messages = [
    { role: 'user', content: 'first' },
    { role: 'assistant', content: 'noted' },
    { role: 'user', content: [{ type: 'text', text: 'hello there' }] },
  ];
  const answer = (await (await chat(url, { model: 'gpt-x', messages })).json()) as Record<string, unknown>;
  assert.equal(answer['object'], 'chat.completion');
  assert.equal(answer['model'], 'gpt-x');
  assert.deepEqual(answer['choices'], [
    { index: 0, message: { role: 'assistant', content: 'You said: hello there' }, finish_reason: 'stop' },
  ]);
  assert.deepEqual(answer['usage'], { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 });
});

test('a streamed completion is a sequence of events that add up to the reply and end with [DONE]', async (t) => {
  const { url } = await startGateway(t);
  const response = await chat(url, { stream: true, messages: [{ role: 'user', content: 'a  b\nc' }] });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const events = (await response.text())
    .trimEnd()
    .split('\n\n')
    .map((event) => event.replace(/^data: /, ''));
  assert.equal(events.pop(), '[DONE]');
  const choices = events.map((event) => JSON.parse(event).choices[0]);
  assert.equal(choices.map((choice) => choice.delta.content ?? '').join(''), 'You said: a  b\nc');
  assert.equal(choices.at(-1).finish_reason, 'stop');
});

test('what cannot be answered gets a status and a message that says why', async (t) => {
  const { url } = await startGateway(t);
  const cases = [
    { body: 'not json', status: 400, says: /the body is not JSON/ },
    { body: 'null', status: 400, says: /`messages` must be a list/ },
    { body: { messages: 'hello' }, status: 400, says: /`messages` must be a list/ },
    { body: 'x'.repeat(2 * 1024 * 1024), status: 413, says: /larger than 1048576 bytes/ },
  ];
  for (const { body, status, says } of cases) {
    const response = await chat(url, body);
    assert.equal(response.status, status);
    assert.match(((await response.json()) as { error: { message: string } }).error.message, says);
  }
  assert.equal((await fetch(`${url}/v1/nothing`)).status, 404);
  assert.equal((await chat(url, { messages: [{ role: 'user', content: null }] })).status, 200);
});

test('SIGTERM finishes the request in flight, takes no new one, and exits 0', async (t) => {
  const { gateway, url, port } = await startGateway(t);
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'still here' }] });
  const headers = { 'content-length': Buffer.byteLength(body), expect: '100-continue' };
  const unfinished = request(`${url}/v1/chat/completions`, { method: 'POST', headers });
  unfinished.flushHeaders();
  await once(unfinished, 'continue');

  gateway.signal('SIGTERM');
  await gateway.printed(/SIGTERM: draining 1 request\(s\)/);
  const late = connect(port, '127.0.0.1');
  const [error] = await once(late, 'error');
  assert.equal(error.code, 'ECONNREFUSED');

  unfinished.end(body);
  const [response] = await once(unfinished, 'response');
  assert.match((await response.setEncoding('utf8').toArray()).join(''), /You said: still here/);
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
  assert.match(gateway.output(), /POST \/v1\/chat\/completions 200 \d+ms\nbye\n$/);
});

test('SIGTERM does not wait for connections that ask for nothing', async (t) => {
  const { gateway, url, port } = await startGateway(t);
  const silent = connect(port, '127.0.0.1').on('error', () => {});
  await once(silent, 'connect');
  await (await fetch(url)).text(); // leaves a kept-alive connection, and shows that the silent one was accepted before it
  gateway.signal('SIGTERM');
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
});

test('a client that leaves in the middle of an answer is logged, and the next one is served', async (t) => {
  const { gateway, url } = await startGateway(t);
  const controller = new AbortController();
  const messages = [{ role: 'user', content: 'word '.repeat(1000) }];
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ stream: true, messages }),
    signal: controller.signal,
  });
  await response.body?.getReader().read();
  controller.abort();
  await gateway.printed(/POST \/v1\/chat\/completions client left/);
  assert.equal((await fetch(url)).status, 200);
});

test('a busy port is named in the last line, with exit code 1', async (t) => {
  const { port } = await startGateway(t);
  const second = startExample(t, 'gateway/server.mjs', { PORT: String(port), HOSTNAME: '127.0.0.1' });
  assert.deepEqual(await second.exited, { code: 1, signal: null });
  assert.equal(second.output(), `Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`);
});
