// schemas/openapi.yaml and the routes say the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { ControlOutcome } from '../../src/control/protocol.ts';
import { createRoutes } from '../../src/control/routes.ts';
import { OpenFeeds } from '../../src/control/sse.ts';
import { findAnswerMismatch, findMismatch, type Operation, operations, wordsOf } from '../rig/api-description.ts';
import { type Answered, ask } from './ask.ts';
import { FakeSupervision, serve } from './fake-supervision.ts';

const PLAN = { refused: [], project: ['logs'], services: [{ service: 'server', class: 'restart', fields: ['command'] }] };
const DIAGNOSTIC = {
  severity: 'error',
  code: 'unknown-key',
  message: '`memmory` is not a key of a service',
  place: { file: '/srv/shop/omniroute.yaml', line: 3, col: 5 },
  length: 7,
  hint: null,
  excerpt: [{ line: 3, text: '    memmory: 512M' }],
  service: 'server',
};
const REFUSALS = {
  'unknown-service': { ok: false, code: 'unknown-service', message: 'no', details: { service: 'servr', suggestions: ['server'] } },
  refused: { ok: false, code: 'refused', message: 'no' },
  'invalid-file': { ok: false, code: 'invalid-file', message: 'no', details: { diagnostics: [DIAGNOSTIC] } },
} as const satisfies Record<string, ControlOutcome>;

/** What a supervisor may refuse each order with; those about one service: the first two. */
const REFUSED_WITH: Readonly<Record<string, readonly (keyof typeof REFUSALS)[]>> = {
  reload: ['refused', 'invalid-file'],
  down: [],
  command: ['unknown-service', 'refused', 'invalid-file'],
};
const NEEDED_BODIES: Readonly<Record<string, object>> = { signalService: { signal: 'SIGHUP' }, command: { type: 'plan' } };

test('every route is described, and nothing else', () => {
  const routes = createRoutes({ supervision: new FakeSupervision(), feeds: new OpenFeeds() });
  const served = routes.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort(), served.sort());
});

test('every operation has a name of its own, and the parameters that its path holds', () => {
  const names = operations.map(({ operationId }) => operationId);
  assert.deepEqual([...new Set(names)], names);
  for (const { operationId, path, parameters } of operations) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
    assert.deepEqual(inPath, path.match(/\{\w+\}/g) ?? [], operationId);
  }
});

for (const operation of operations) {
  test(`${operation.operationId} answers with the statuses it is described with and no other, each time as described`, async (t) => {
    const answers = await provoke(t, operation);
    for (const answer of answers) assert.equal(findAnswerMismatch(operation, answer), null);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), operation.statuses);
  });
}

/** Asks rightly and in every wrong way. */
async function provoke(t: TestContext, operation: Operation): Promise<Answered[]> {
  const { socket, server, supervision } = await serve(t, { tcp: true });
  const port = server.address.tcp?.port as number;
  supervision.say('server is ready');
  if (['reload', 'command'].includes(operation.operationId)) supervision.outcome = { ok: true, message: 'done', seq: 7, details: PLAN };
  const body = NEEDED_BODIES[operation.operationId] ?? {};
  const answers = [
    await put(socket, operation, { body }),
    await put(socket, operation, { service: 'servr', body }),
    await put(socket, operation, { query: '?n=x&after=x', body: 'nonsense' }),
    ...(operation.operationId === 'readAllLogs' ? [await put(socket, operation, { query: '?service=servr', body })] : []),
    ...(operation.path.endsWith('/logs') ? [await put(socket, operation, { query: '?run=7', body })] : []),
    await put(socket, operation, { body: 'x'.repeat(70_000) }),
    await put(port, operation, { body }),
    await put(port, operation, { body, headers: { host: 'pages.example' } }),
    await guess(port, operation),
  ];
  if (operation.method === 'post')
    for (const code of REFUSED_WITH[operation.operationId] ?? (['unknown-service', 'refused'] as const)) {
      supervision.outcome = REFUSALS[code];
      answers.push(await put(socket, operation, { body }));
    }
  supervision.snapshot = fail;
  supervision.usage = fail;
  supervision.submit = fail;
  supervision.subscribe = fail;
  return [...answers, await put(socket, operation, { body })];
}

/** Until that is turned away. */
async function guess(port: number, operation: Operation): Promise<Answered> {
  for (;;) {
    const answer = await put(port, operation, { body: {}, headers: { authorization: 'Bearer guess' } });
    if (answer.status !== 401) return answer;
  }
}

interface Put {
  readonly service?: string;
  readonly query?: string;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

function put(
  to: string | number,
  { path, method }: Operation,
  { service = 'server', query = '', body, headers = {} }: Put,
): Promise<Answered> {
  const address = `${path.replace('{name}', service)}${query}`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(to, address, { method: method.toUpperCase(), headers, ...(method === 'post' && { body: text }) });
}

function fail(): never {
  throw new Error('out of luck');
}

test('the parameters of logs are those that are understood', async (t) => {
  const { socket } = await serve(t);
  const { message } = (await ask(socket, '/v1/services/server/logs?nonsense=1')).json() as { message: string };
  const logs = operations.find(({ path }) => path.endsWith('/logs'));
  const described = logs?.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  assert.ok(message.endsWith(`parameters: ${described?.join(', ')}`), message);
});

for (const operation of operations.filter(({ method }) => method === 'post')) {
  test(`${operation.operationId} takes the keys it is described with, and no other`, async (t) => {
    const { socket } = await serve(t);
    for (const { type, keys } of ordersOf(operation)) {
      const answer = await put(socket, operation, { body: { ...(type !== null && { type }), nonsense: true } });
      assert.equal(answer.status, 400);
      const [, taken] = /has no nonsense; it may have: (.*)/.exec((answer.json() as { message: string }).message) ?? [];
      assert.equal(taken, keys.join(', ') || 'nothing');
    }
  });
}

/** Each order that the operation takes, with its keys; of an order to one service, the path already says which. */
function ordersOf({ path, bodies }: Operation): { type: string | null; keys: string[] }[] {
  const inPath = path.includes('{name}') ? ['services'] : [];
  if (bodies.length === 0) return [{ type: null, keys: inPath }];
  return bodies.flatMap(({ properties }) => {
    const { type, ...others } = properties;
    const types = type === undefined ? [null] : (type.enum ?? [type.const ?? '']);
    return types.map((each) => ({ type: each, keys: [...inPath, ...Object.keys(others)] }));
  });
}

test('the types of entries and of causes are those of the code', () => {
  const wordsIn = (file: string, pattern: RegExp): string[] =>
    Array.from(readFileSync(file, 'utf8').matchAll(pattern), ([, word]) => word as string);
  assert.deepEqual(wordsOf('Entry', 'properties', 'type', 'enum'), wordsIn('src/supervisor/journal-entry.ts', /^ {4}\| '([a-z-]+)'/gm));
  const causes = Object.keys(wordsOf('Cause', 'oneOf')).map((n) => wordsOf('Cause', 'oneOf', n, 'properties', 'type', 'const'));
  assert.deepEqual(causes, wordsIn('src/supervisor/cause.ts', /^ {2}\| \{ readonly type: '([a-z0-9-]+)'/gm));
});

test('a wrong answer is noticed, and so is an answer that nobody described', () => {
  assert.match(findMismatch('Problem', { error: 'nonsense', message: 'x' }) ?? '', /error must be equal to one of/);
  const operation = operations.find(({ operationId }) => operationId === 'getProject') as Operation;
  const headers = { 'content-type': 'application/json' };
  assert.match(findAnswerMismatch(operation, { status: 200, headers, text: '{}' }) ?? '', /must have required property/);
  assert.match(findAnswerMismatch(operation, { status: 418, headers, text: '{}' }) ?? '', /is not described to answer 418/);
  assert.match(findAnswerMismatch(operation, { status: 200, headers: { 'content-type': 'text/html' }, text: '' }) ?? '', /with text\/html/);
});
