import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notePending, type Pending, renderProgress } from '../../../src/cli/render/progress.ts';
import { textWidth } from '../../../src/cli/render/text-width.ts';
import type { RecordedEntry } from '../../../src/control/protocol.ts';
import { NOW_MS, PLAIN, sampleEntry } from '../sample.ts';

const options = { nowMs: NOW_MS, columns: 80, maxLines: 6, paint: PLAIN };
const after = (...entries: Partial<RecordedEntry>[]): Pending => entries.map(sampleEntry).reduce(notePending, new Map() as Pending);

test('a service that waits is shown with what it waits for, and since when', () => {
  const pending = after({ service: 'web', type: 'waiting', text: 'waits for db to be ready, it is starting', time: NOW_MS - 12_000 });
  assert.deepEqual(renderProgress(pending, options), ['web  waiting   12s  waits for db to be ready, it is starting']);
});

test('a service that is where it should be is shown no longer', () => {
  assert.deepEqual(renderProgress(after({ type: 'starting' }, { type: 'ready' }), options), []);
  assert.deepEqual(renderProgress(after({ type: 'starting' }, { type: 'failed' }), options), []);
});

test('a new reason in the same state does not restart the clock; another state does', () => {
  const waiting = { type: 'waiting', text: 'for a', time: NOW_MS - 9000 } as const;
  assert.match(renderProgress(after(waiting, { ...waiting, text: 'for b', time: NOW_MS - 1000 }), options)[0] ?? '', /9s {2}for b/);
  assert.match(renderProgress(after(waiting, { type: 'starting', text: 'go', time: NOW_MS - 1000 }), options)[0] ?? '', /1s {2}go/);
});

test('an entry that announces no state, or is about the project, changes nothing', () => {
  const before = after({ type: 'starting' });
  assert.equal(notePending(before, sampleEntry({ type: 'output' })), before);
  assert.equal(notePending(before, sampleEntry({ type: 'reloaded', service: null })), before);
});

test('a few lines are enough: the last one counts the rest', () => {
  const pending = after(...Array.from({ length: 10 }, (_, at) => ({ service: `s${at}`, type: 'starting' as const })));
  const lines = renderProgress(pending, options);
  assert.equal(lines.length, 6);
  assert.equal(lines[5], '… and 5 more');
});

test('no line reaches the edge of the terminal, where it would wrap and could not be erased', () => {
  const pending = after({ service: 'web', type: 'waiting', text: '日本語'.repeat(40) });
  for (const columns of [20, 33, 80]) {
    for (const line of renderProgress(pending, { ...options, columns })) assert.ok(textWidth(line) < columns, line);
  }
});
