import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from '../../src/control/client.ts';
import type { LogRequest } from '../../src/control/protocol.ts';
import type { LogLine } from '../../src/logs/log-query.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { ask, open } from './ask.ts';
import { fakeService, serve } from './fake-supervision.ts';

const BASE_MS = 1_700_000_000_000;
const EVERYTHING: LogRequest = { sinceMs: null, untilMs: null, lastLines: null, grep: null, stream: 'any', run: null, follow: false };

/** A service whose log the test writes: line n at second n. */
async function serveLog(t: TestContext) {
  const served = await serve(t);
  const folder = join(served.folder, 'web');
  served.supervision.services = [fakeService('web', { logFile: join(folder, 'log') })];
  const writer = new LogWriter(folder, { maxSizeBytes: 10_485_760, keep: 5, maxLineBytes: 65_536 }, () =>
    assert.fail('nothing is dropped'),
  );
  t.after(() => writer.close());
  let second = 0;
  const print = (text: string, stream: 'out' | 'err' = 'out', run = 1): void =>
    writer.append(Buffer.from(`${text}\n`), stream, run, BASE_MS + 1000 * second++);
  const lines = async (query: string): Promise<LogLine[]> => {
    const { text } = await ask(served.socket, `/v1/services/web/logs${query}`);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  };
  return { ...served, print, lines, texts: async (query: string) => (await lines(query)).map(({ text }) => text) };
}

test('a log is JSON lines that say when, where and of which run', async (t) => {
  const { print, lines, socket } = await serveLog(t);
  print('hello', 'err', 3);
  assert.deepEqual(await lines(''), [{ schema: 1, time: BASE_MS, service: 'web', stream: 'err', run: 3, text: 'hello' }]);
  assert.equal((await ask(socket, '/v1/services/web/logs')).headers['content-type'], 'application/x-ndjson');
});

test('a log that nothing was written to is empty', async (t) => {
  const { socket } = await serve(t);
  const answer = await ask(socket, '/v1/services/server/logs');
  assert.deepEqual([answer.status, answer.text], [200, '']);
});

test('lines are chosen by number, time, stream, run and pattern', async (t) => {
  const { print, texts } = await serveLog(t);
  print('one', 'out', 1);
  print('two', 'err', 1);
  print('three', 'out', 2);
  print('\u001b[31mfour\u001b[0m', 'err', 2);
  const rows: [query: string, expected: string[]][] = [
    ['?n=1', ['\u001b[31mfour\u001b[0m']],
    ['?n=0', []],
    [`?since=${BASE_MS + 1000}&until=${BASE_MS + 2000}`, ['two', 'three']],
    [`?until=${new Date(BASE_MS).toISOString()}`, ['one']],
    ['?stream=out', ['one', 'three']],
    ['?run=1', ['one', 'two']],
    ['?run=-1&stream=out', ['three']],
    ['?grep=%5Ef', ['\u001b[31mfour\u001b[0m']],
    ['?n=3&grep=o', ['two', '\u001b[31mfour\u001b[0m']],
  ];
  for (const [query, expected] of rows) assert.deepEqual(await texts(query), expected, query);
});

test('a parameter that is misspelt or wrong is refused, not skipped', async (t) => {
  const { socket } = await serveLog(t);
  const rows: [query: string, message: RegExp][] = [
    ['?lines=5', /no parameter named lines; parameters: n, since/],
    ['?constructor=5', /no parameter named constructor/],
    ['?n=-1', /n must be a number of lines from 0 to 10000/],
    ['?n=99999999', /n must be/],
    ['?since=soon', /since must be milliseconds since 1970 or a date/],
    ['?grep=(', /grep must be a regular expression/],
    ['?stream=both', /stream must be any, out or err/],
    ['?run=last', /run must be the number of a run/],
    ['?follow=perhaps', /follow must be 1 or 0/],
  ];
  for (const [query, message] of rows) {
    const answer = await ask(socket, `/v1/services/web/logs${query}`);
    assert.equal(answer.status, 400, query);
    assert.match((answer.json() as { message: string }).message, message);
  }
});

test('a run that the log holds nothing of is refused with those that there are, and one that only said nothing to the point is not', async (t) => {
  const { print, texts, socket, supervision } = await serveLog(t);
  for (const run of [2, 3, 5]) print(`of run ${run}`, 'out', run);
  supervision.services = [...supervision.services, fakeService('idle')];
  const refuse = async (path: string): Promise<unknown> => {
    const answer = await ask(socket, path);
    assert.equal(answer.status, 404, path);
    return answer.json();
  };
  assert.deepEqual(await refuse('/v1/services/web/logs?run=7'), {
    error: 'unknown-run',
    message: 'there is no run 7 in the log of web; web has runs 2 to 3, 5',
    details: { run: 7, runs: { web: [2, 3, 5] } },
  });
  assert.deepEqual(await refuse('/v1/logs?run=-4'), {
    error: 'unknown-run',
    message: 'there is no run -4 in any of the logs; web has runs 2 to 3, 5; idle has none',
    details: { run: -4, runs: { web: [2, 3, 5], idle: [] } },
  });
  await refuse('/v1/services/web/logs?run=4&follow=1');
  for (const query of ['?run=3&grep=nothing', '?run=3&stream=err', `?run=3&until=${BASE_MS - 1}`]) assert.deepEqual(await texts(query), []);
});

test('a run that has printed nothing yet is there, and empty', async (t) => {
  const { socket, supervision } = await serveLog(t);
  supervision.services = [fakeService('silent', { run: 4 })];
  const { status, text } = await ask(socket, '/v1/services/silent/logs?run=4');
  assert.deepEqual([status, text], [200, '']);
  assert.equal((await ask(socket, '/v1/services/silent/logs?run=3')).status, 404);
});

test('a followed run that is still to come is waited for', async (t) => {
  const { print, socket } = await serveLog(t);
  print('of run 1');
  const response = await open(socket, '/v1/services/web/logs?run=2&follow=1');
  assert.equal(response.statusCode, 200);
  print('of run 2', 'out', 2);
  const [first] = (await once(response, 'data')) as [Buffer];
  assert.match(String(first), /"text":"of run 2"/);
  response.destroy();
});

test('a pattern that backtracks for ever ends its own answer, not the supervisor', async (t) => {
  const { print, lines, socket } = await serveLog(t);
  print(`${'a'.repeat(5_000)}!`);
  const [problem] = await lines('?grep=(a%2B)%2B%24');
  assert.match((problem as unknown as { message: string }).message, /grep takes too long/);
  assert.equal((await ask(socket, '/v1/project')).status, 200);
});

test('a large log comes whole and in order', async (t) => {
  const { print, lines } = await serveLog(t);
  const count = 20_000;
  for (let n = 0; n < count; n++) print(`${n} ${'x'.repeat(100)}`);
  assert.deepEqual(
    (await lines('')).map(({ text }) => Number.parseInt(text, 10)),
    Array.from({ length: count }, (_, n) => n),
  );
});

test('a followed log goes on with what is printed next', async (t) => {
  const { print, socket } = await serveLog(t);
  print('old');
  print('newer');
  const ended = new AbortController();
  const seen: string[] = [];
  const end = await connect(socket).logs(
    'web',
    { ...EVERYTHING, lastLines: 1, grep: 'e', follow: true },
    ({ text }) => {
      seen.push(text);
      if (text === 'newer') {
        print('skipped, it has no such lett\u0435r'.replaceAll('e', '-'));
        print('newest');
      } else ended.abort();
    },
    ended.signal,
  );
  assert.deepEqual([end, seen], [{ ok: true, value: 'aborted' }, ['newer', 'newest']]);
});

test('a log that is not followed ends for the client too', async (t) => {
  const { print, socket } = await serveLog(t);
  print('only');
  const seen: string[] = [];
  const end = await connect(socket).logs('web', EVERYTHING, ({ text }) => void seen.push(text), new AbortController().signal);
  assert.deepEqual([end, seen], [{ ok: true, value: 'ended' }, ['only']]);
});

test('a client that asks for the log of no service learns why', async (t) => {
  const { socket } = await serveLog(t);
  const end = await connect(socket).logs('wep', EVERYTHING, () => assert.fail(), new AbortController().signal);
  assert.deepEqual(end, { ok: false, reason: 'failed', message: 'the supervisor answered 404: no service named wep; did you mean web?' });
});

test('the logs of several services are one, merged by time, and those that are not asked for are left out', async (t) => {
  const served = await serve(t);
  const names = ['web', 'db', 'cache'];
  served.supervision.services = names.map((name) => fakeService(name, { logFile: join(served.folder, name, 'log') }));
  const writers = names.map(
    (name) =>
      new LogWriter(join(served.folder, name), { maxSizeBytes: 10_485_760, keep: 5, maxLineBytes: 65_536 }, () =>
        assert.fail('nothing is dropped'),
      ),
  );
  t.after(() => writers.forEach((writer) => void writer.close()));
  for (let n = 0; n < 6; n++) writers[n % 3]?.append(Buffer.from(`line ${n}\n`), 'out', 1, BASE_MS + 1000 * n);
  const texts = async (query: string) =>
    (await ask(served.socket, `/v1/logs${query}`)).text
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as LogLine).text);
  assert.deepEqual(await texts('?service=web&service=db'), ['line 0', 'line 1', 'line 3', 'line 4']);
  assert.deepEqual(await texts('?n=2'), ['line 4', 'line 5']);
});
