import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { MAX_BACKLOG_BYTES } from '../../src/control/feed.ts';
import type { RecordedEntry } from '../../src/control/protocol.ts';
import { SseParser } from '../../src/control/sse-parser.ts';
import type { ProjectSnapshot } from '../../src/supervisor/snapshot.ts';
import { ask, open } from './ask.ts';
import { serve } from './fake-supervision.ts';

/** Reads events until `count` entries have come, or the stream ends. */
async function readEntries(response: IncomingMessage, count: number): Promise<{ entries: RecordedEntry[]; others: string[] }> {
  const parser = new SseParser();
  const entries: RecordedEntry[] = [];
  const others: string[] = [];
  for await (const chunk of response) {
    for (const { event, data } of parser.push(chunk as Buffer)) {
      if (event === 'message') entries.push(JSON.parse(data) as RecordedEntry);
      else others.push(event);
    }
    if (entries.length >= count) break;
  }
  return { entries, others };
}

const texts = ({ entries }: { entries: RecordedEntry[] }): string[] => entries.map(({ text }) => text);

test('the journal after a position is an array', async (t) => {
  const { socket, supervision } = await serve(t);
  for (const text of ['one', 'two', 'three']) supervision.say(text);
  assert.deepEqual(
    ((await ask(socket, '/v1/events?after=1')).json() as RecordedEntry[]).map(({ text }) => text),
    ['two', 'three'],
  );
  assert.equal(((await ask(socket, '/v1/events')).json() as RecordedEntry[]).length, 3);
  assert.equal(supervision.listeners.size, 0);
});

test('a position that is no number is refused', async (t) => {
  const { socket } = await serve(t);
  for (const after of ['-1', 'x', '1.5']) assert.equal((await ask(socket, `/v1/events?after=${after}`)).status, 400, after);
});

test('what happens between a snapshot and its subscription is told once, in order', async (t) => {
  const { socket, supervision } = await serve(t);
  supervision.say('before');
  const { seq } = (await ask(socket, '/v1/project')).json() as ProjectSnapshot;
  supervision.say('between');
  const stream = await open(socket, `/v1/events?follow=1&after=${seq}`);
  supervision.say('after');
  assert.deepEqual(texts(await readEntries(stream, 2)), ['between', 'after']);
});

test('an entry is sent with its seq as id, and a stream resumes behind Last-Event-ID whatever its address says', async (t) => {
  const { socket, supervision } = await serve(t);
  for (const text of ['one', 'two', 'three']) supervision.say(text);
  const stream = await open(socket, '/v1/events?after=0', { headers: { accept: 'text/event-stream', 'last-event-id': '2' } });
  assert.equal(stream.headers['content-type'], 'text/event-stream');
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  assert.match(chunk.toString(), /^id: 3\ndata: \{"seq":3,.*"text":"three"\}\n\n$/);
  stream.destroy();
});

test('the headers of a stream come at once, before anything has happened', async (t) => {
  const { socket } = await serve(t);
  const stream = await open(socket, '/v1/events?follow=1');
  assert.equal(stream.statusCode, 200);
  stream.destroy();
});

test('a reader that leaves is unsubscribed', async (t) => {
  const { socket, supervision } = await serve(t);
  const left = new Promise<void>((resolve) => {
    const { listeners } = supervision;
    const remove = listeners.delete.bind(listeners);
    listeners.delete = (listener) => {
      resolve();
      return remove(listener);
    };
  });
  const stream = await open(socket, '/v1/events?follow=1');
  assert.equal(supervision.listeners.size, 1);
  stream.destroy();
  await left;
  assert.equal(supervision.listeners.size, 0);
});

test('a reader that does not read is dropped, told so when it reads again, and can resume without a gap', async (t) => {
  const { socket, supervision } = await serve(t);
  const slow = await open(socket, '/v1/events?follow=1');
  slow.pause();
  const padding = 'x'.repeat(10_000);
  const enough = (4 * MAX_BACKLOG_BYTES) / padding.length;
  for (let n = 0; n < enough; n++) {
    supervision.say(`${n} ${padding}`);
    if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(supervision.listeners.size, 0, 'dropped while it does not read');
  const { entries, others } = await readEntries(slow, Number.POSITIVE_INFINITY);
  assert.deepEqual(others, ['dropped']);
  const last = entries.at(-1)?.seq ?? 0;
  assert.ok(last < enough, 'it has not got everything');
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    Array.from({ length: last }, (_, n) => n + 1),
    'what it got has no gap',
  );
  const again = await open(socket, '/v1/events?follow=1', { headers: { 'last-event-id': String(last) } });
  assert.equal((await readEntries(again, 1)).entries[0]?.seq, last + 1);
});

test('a journal larger than the backlog is replayed whole', async (t) => {
  const { socket, supervision } = await serve(t);
  const count = Math.ceil((2 * MAX_BACKLOG_BYTES) / 10_000);
  for (let n = 0; n < count; n++) supervision.say('x'.repeat(10_000));
  const stream = await open(socket, '/v1/events?follow=1');
  assert.equal((await readEntries(stream, count)).entries.length, count);
});

test('the end of the supervisor ends the streams after their last entry', async (t) => {
  const { socket, supervision, server } = await serve(t);
  const stream = await open(socket, '/v1/events?follow=1');
  supervision.say('last words');
  const closed = server.close();
  assert.deepEqual(texts(await readEntries(stream, Number.POSITIVE_INFINITY)), ['last words']);
  await closed;
});
