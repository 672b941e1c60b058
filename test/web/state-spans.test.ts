import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordedEntry } from '../../src/control/protocol.ts';
import { findSpans } from '../../src/web/state-spans.ts';

const entry = (time: number, type: RecordedEntry['type'], service = 'web'): RecordedEntry => ({
  seq: time,
  time,
  type,
  service,
  run: 1,
  text: '',
});

test('the journal becomes spans of one state each, up to the end of the window', () => {
  const entries = [entry(10, 'starting'), entry(20, 'ready'), entry(25, 'ready', 'db'), entry(30, 'output'), entry(50, 'crashed')];
  assert.deepEqual(findSpans(entries, 'web', { fromMs: 15, toMs: 60 }), [
    { tone: 'busy', fromMs: 15, toMs: 20 },
    { tone: 'good', fromMs: 20, toMs: 50 },
    { tone: 'bad', fromMs: 50, toMs: 60 },
  ]);
});

test('what was before the window is not in it', () => {
  assert.deepEqual(findSpans([entry(1, 'ready'), entry(5, 'stopped')], 'web', { fromMs: 10, toMs: 20 }), [
    { tone: 'idle', fromMs: 10, toMs: 20 },
  ]);
});
