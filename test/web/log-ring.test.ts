import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogLine } from '../../src/logs/log-query.ts';
import { LogRing, MAX_LINE_CHARACTERS } from '../../src/web/log-ring.ts';

const line = (text: string, given: Partial<LogLine> = {}): LogLine => ({ service: 'web', time: 1, stream: 'out', run: 1, text, ...given });
const lines = (from: number, to: number): LogLine[] => Array.from({ length: to - from }, (_, n) => line(`line ${from + n}`));
const texts = (ring: LogRing): string[] => ring.shown.map(({ plain }) => plain);

test('the newest lines are kept, and what went is counted for a list that must not jump', () => {
  const ring = new LogRing({ lines: 100, characters: 1_000_000 });
  ring.append(lines(0, 110));
  assert.deepEqual([ring.size, ring.droppedRows], [110, 0]);
  ring.append(lines(110, 111));
  assert.deepEqual([ring.size, ring.droppedRows, texts(ring)[0], texts(ring).at(-1)], [100, 11, 'line 11', 'line 110']);
  assert.equal(ring.received, 111);
});

test('long lines count by what they hold: a bound of characters, not of lines alone', () => {
  const ring = new LogRing({ lines: 100, characters: 10_000 });
  ring.append(Array.from({ length: 50 }, (_, n) => line(`${n}`.padEnd(1000))));
  assert.equal(ring.size, 10);
  assert.equal(texts(ring)[0]?.trim(), '40');
});

test('one line of a megabyte is cut, and the rest of it is counted', () => {
  const ring = new LogRing();
  ring.append([line('x'.repeat(1_000_000))]);
  assert.deepEqual([ring.shown[0]?.text.length, ring.shown[0]?.cutCharacters], [MAX_LINE_CHARACTERS, 1_000_000 - MAX_LINE_CHARACTERS]);
});

test('a choice holds for the lines that are there and for those that come, colours left out of account', () => {
  const ring = new LogRing();
  ring.append([line('one'), line('\u001B[31mt\u001B[0mwo'), line('two too', { stream: 'err' })]);
  ring.choose({ pattern: /two/gi, onlyMatches: true, stream: 'any' });
  ring.append([line('TWO again'), line('three')]);
  assert.deepEqual(texts(ring), ['two', 'two too', 'TWO again']);
  ring.choose({ pattern: /two/gi, onlyMatches: true, stream: 'err' });
  assert.deepEqual(texts(ring), ['two too']);
  ring.choose({ pattern: /two/gi, onlyMatches: false, stream: 'out' });
  assert.deepEqual(texts(ring), ['one', 'two', 'TWO again', 'three']);
  assert.deepEqual([ring.findMatch(-1, 1), ring.findMatch(1, 1), ring.findMatch(2, 1), ring.findMatch(2, -1)], [1, 2, -1, 1]);
});

test('of the lines that are shown, those that went are taken away too', () => {
  const ring = new LogRing({ lines: 10, characters: 1_000_000 });
  ring.choose({ pattern: /[02468]$/g, onlyMatches: true, stream: 'any' });
  ring.append(lines(0, 10));
  ring.append(lines(10, 20));
  assert.deepEqual(texts(ring), ['line 10', 'line 12', 'line 14', 'line 16', 'line 18']);
  assert.equal(ring.droppedRows, 5);
});
