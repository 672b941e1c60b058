import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser, readEvents } from '../../src/web/event-stream.ts';

const STREAM = ': alive\n\nid: 7\ndata: {"text":"grüße"}\n\nevent: dropped\ndata: {}\n\ndata: cut off';
const EVENTS = [
  { event: 'message', data: '{"text":"grüße"}' },
  { event: 'dropped', data: '{}' },
];

test('events are found wherever the text is cut; comments and what has no end are none', () => {
  for (let at = 0; at <= STREAM.length; at++) {
    const parser = new EventParser();
    assert.deepEqual([...parser.push(STREAM.slice(0, at)), ...parser.push(STREAM.slice(at))], EVENTS);
  }
});

test('bytes may be cut within a character', async () => {
  const bytes = new TextEncoder().encode(STREAM);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const seen = [];
  for await (const event of readEvents(body)) seen.push(event);
  assert.deepEqual(seen, EVENTS);
});
