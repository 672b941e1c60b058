import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  count,
  formatClock,
  formatElapsed,
  formatInstant,
  formatMemory,
  formatPercent,
  formatRemaining,
} from '../../../src/cli/render/humanize.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

test('elapsed time has two units at most, and the smaller one has two digits', () => {
  const rows: [number, string][] = [
    [0, '0s'],
    [999, '0s'],
    [45 * SECOND, '45s'],
    [2 * MINUTE, '2m'],
    [2 * MINUTE + 3 * SECOND, '2m03s'],
    [12 * MINUTE + 30 * SECOND, '12m'],
    [2 * HOUR + 3 * MINUTE, '2h03m'],
    [76 * HOUR, '3d04h'],
    [400 * 24 * HOUR, '400d00h'],
  ];
  for (const [ms, text] of rows) assert.equal(formatElapsed(ms), text);
});

test('a clock that was set back shows no negative time', () => {
  assert.equal(formatElapsed(-5000), '0s');
  assert.equal(formatRemaining(-5000), '0.0s');
});

test('short remaining time shows tenths, rounded up so that it never says nothing is left', () => {
  assert.equal(formatRemaining(3140), '3.2s');
  assert.equal(formatRemaining(1), '0.1s');
  assert.equal(formatRemaining(48_000), '48s');
  assert.equal(formatRemaining(9 * MINUTE + 12 * SECOND), '9m12s');
});

test('memory shows its limit where there is one', () => {
  assert.equal(formatMemory(31 * 1_048_576, null), '31 M');
  assert.equal(formatMemory(212 * 1_048_576, 1024 * 1_048_576), '212 / 1024 M');
  assert.equal(formatMemory(null, 1_048_576), '-');
});

test('a share of a core is exact while it is small', () => {
  assert.equal(formatPercent(null), '-');
  assert.equal(formatPercent(0), '0%');
  assert.equal(formatPercent(0.34), '0.3%');
  assert.equal(formatPercent(99.6), '100%');
});

test('instants are local wall clock', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();
  assert.equal(formatClock(at), '03:04:05.006');
  assert.equal(formatInstant(at), '2026-01-02 03:04:05');
});

test('one is singular', () => {
  assert.equal(count(1, 'service'), '1 service');
  assert.equal(count(0, 'service'), '0 services');
});
