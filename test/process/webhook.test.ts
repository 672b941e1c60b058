import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { postJson } from '../../src/process/webhook.ts';
import { type HookReceiver, openHookReceiver } from '../rig/hook-receiver.ts';

async function receiver(context: TestContext): Promise<HookReceiver> {
  const opened = await openHookReceiver();
  context.after(() => opened.close());
  return opened;
}

const request = (url: string, given: { timeoutMs?: number; abort?: AbortSignal; headers?: Record<string, string> } = {}) =>
  postJson({ url, headers: {}, body: '{"a":"ä"}', timeoutMs: 20_000, abort: new AbortController().signal, ...given });

test('2xx is success, and the body arrives whole', async (context) => {
  const hook = await receiver(context);
  hook.answers.push(204);
  assert.equal(await request(`${hook.url}/a?b=c`, { headers: { 'Content-Type': 'text/plain', 'X-A': 'b' } }), null);
  const [received] = hook.received;
  assert.deepEqual([received?.path, received?.body], ['/a?b=c', { a: 'ä' }]);
  assert.deepEqual([received?.headers['content-type'], received?.headers['x-a']], ['text/plain', 'b']);
});

test('what may pass is worth another attempt, what is refused is not', async (context) => {
  const hook = await receiver(context);
  const statuses = [500, 503, 429, 408, 400, 401, 404, 410, 302];
  hook.answers.push(...statuses);
  const failures: [number, boolean | undefined][] = [];
  for (const status of statuses) failures.push([status, (await request(hook.url))?.isFinal]);
  assert.deepEqual(failures, [
    [500, false],
    [503, false],
    [429, false],
    [408, false],
    [400, true],
    [401, true],
    [404, true],
    [410, true],
    [302, true],
  ]);
});

test('who does not answer in time, or not at all, may do so later', async (context) => {
  const hook = await receiver(context);
  hook.answers.push('silence');
  assert.deepEqual(await request(hook.url, { timeoutMs: 50 }), { reason: 'timed out after 50ms', isFinal: false });
  await hook.close();
  assert.deepEqual(await request(hook.url), { reason: 'connection refused', isFinal: false });
  hook.close = async () => {};
});

test('the end of omniroute lets go of it at once', async (context) => {
  const hook = await receiver(context);
  hook.answers.push('silence');
  const ending = new AbortController();
  const asked = request(hook.url, { abort: ending.signal });
  await hook.request(1);
  ending.abort();
  assert.deepEqual(await asked, { reason: 'omniroute ended', isFinal: true });
  assert.deepEqual(await request(hook.url, { abort: ending.signal }), { reason: 'omniroute ended', isFinal: true });
});
