import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLines, KEPT_LINES, keepEntry, keepPrinted, shortenLine } from '../../../src/cli/top/kept-lines.ts';
import { NOW_MS, sampleEntry } from '../sample.ts';
import { sampleLine } from './sample-model.ts';

test('of a line of a megabyte the beginning is held, and its size is told', () => {
  const { text } = shortenLine(sampleLine({ text: 'x'.repeat(1_048_576) }));
  assert.ok(text.length < 5000);
  assert.match(text, /^x{4000}x* … \(1\.0 MiB in all\)$/);
});

test('of a progress bar the last state is held', () => {
  assert.equal(shortenLine(sampleLine({ text: `${'#'.repeat(1e6)}\r100%` })).text, '100%');
});

test('a line that is short is the line', () => {
  const line = sampleLine({ text: 'hello \u001b[31mred' });
  assert.equal(shortenLine(line), line);
});

test('filter and search see a line without its colours', () => {
  assert.equal(keepPrinted(sampleLine({ text: 'a \u001b[31mred\u001b[0m one' }), 1).text, 'a red one');
});

test('lines of the same moment stay in the order in which they arrived', () => {
  const lines = ['first', 'second', 'third'].map((text, serial) => keepPrinted(sampleLine({ text }), serial));
  const [first, second, third] = lines as [(typeof lines)[0], (typeof lines)[0], (typeof lines)[0]];
  const kept = addLines(addLines([], [first, second], { isReading: false }), [third], { isReading: false });
  assert.deepEqual(
    kept.map(({ text }) => text),
    ['first', 'second', 'third'],
  );
});

test('what a service prints does not drive out what happened to it', () => {
  const crashed = keepEntry(sampleEntry({ type: 'crashed', time: NOW_MS - 1 }), 0);
  const flood = Array.from({ length: 3 * KEPT_LINES }, (_, n) => keepPrinted(sampleLine({ text: String(n) }), n + 1));
  const kept = addLines([crashed], flood, { isReading: false });
  assert.equal(kept.length, KEPT_LINES + 1);
  assert.equal(kept[0], crashed);
  assert.equal(kept[1]?.text, String(2 * KEPT_LINES));
});
