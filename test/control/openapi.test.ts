// schemas/openapi.yaml and the routes say the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRoutes } from '../../src/control/routes.ts';
import { OpenFeeds } from '../../src/control/sse.ts';
import { description, findMismatch, type Operation } from '../rig/api-description.ts';
import { ask } from './ask.ts';
import { FakeSupervision, serve } from './fake-supervision.ts';

const METHODS = ['get', 'post', 'put', 'delete', 'patch'];
const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => method in item).map((method) => ({ path, method, operation: item[method] as Operation })),
);

test('every route is described, and nothing else', () => {
  const { routes } = createRoutes({ supervision: new FakeSupervision(), feeds: new OpenFeeds(), gate: null });
  const served = routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  assert.deepEqual(operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort(), served.sort());
});

test('every operation has a name of its own', () => {
  const names = operations.map(({ operation }) => operation.operationId);
  assert.deepEqual([...new Set(names)], names);
});

test('the parameters of logs are those that are understood', async (t) => {
  const { socket } = await serve(t);
  const { message } = (await ask(socket, '/v1/services/server/logs?nonsense=1')).json() as { message: string };
  const logs = operations.find(({ path }) => path.endsWith('/logs'))?.operation;
  const described = logs?.parameters?.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  assert.ok(message.endsWith(`parameters: ${described?.join(', ')}`), message);
});

for (const { path, method, operation } of operations.filter(({ method }) => method === 'post')) {
  test(`${operation.operationId} takes the keys it is described with, and no other`, async (t) => {
    const { socket } = await serve(t);
    const address = path.replace('{name}', 'server');
    const type = path === '/v1/commands' ? { type: 'down' } : {};
    const body = JSON.stringify({ ...type, nonsense: true });
    const { status, json } = await ask(socket, address, { method: method.toUpperCase(), body });
    const known = Object.keys(operation.requestBody?.content['application/json'].schema.properties ?? {});
    const { message } = json() as { message: string };
    assert.equal(status, 400);
    assert.match(message, /has no nonsense; it may have: /);
    // What the path says is not for the body; /v1/commands takes the keys of every command.
    const taken = message
      .replace(/.*it may have: /, '')
      .split(', ')
      .filter((key) => key !== 'services' && key !== 'nothing');
    if (path !== '/v1/commands') assert.deepEqual(taken, known);
  });
}

test('answers are as described', async (t) => {
  const { socket, supervision } = await serve(t);
  supervision.say('server is ready');
  const answer = async (path: string): Promise<unknown> => (await ask(socket, path)).json();
  assert.equal(findMismatch('Project', await answer('/v1/project')), null);
  assert.equal(findMismatch('Service', await answer('/v1/services/server')), null);
  assert.equal(findMismatch('Why', await answer('/v1/services/server/why')), null);
  for (const service of (await answer('/v1/services')) as unknown[]) assert.equal(findMismatch('Service', service), null);
  for (const entry of (await answer('/v1/events')) as unknown[]) assert.equal(findMismatch('Entry', entry), null);
});

test('refusals are as described, whatever is wrong', async (t) => {
  const { socket, supervision } = await serve(t);
  const refusals = [
    await ask(socket, '/v1/nothing'),
    await ask(socket, '/v1/services/servr'),
    await ask(socket, '/v1/events?after=x'),
    await ask(socket, '/v1/down', { method: 'POST', body: '{' }),
    await ask(socket, '/v1/down', { method: 'POST', body: `"${'x'.repeat(100_000)}"` }),
  ];
  supervision.outcome = { ok: false, code: 'invalid-file', message: 'no', details: { diagnostics: [] } };
  refusals.push(await ask(socket, '/v1/reload', { method: 'POST' }));
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [404, 404, 400, 400, 413, 422],
  );
  for (const refusal of refusals) assert.equal(findMismatch('Problem', refusal.json()), null);
});

test('a wrong answer is noticed', () => {
  assert.match(findMismatch('Problem', { error: 'nonsense', message: 'x' }) ?? '', /error must be equal to one of/);
});
