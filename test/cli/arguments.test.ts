import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressArgument,
  countArgument,
  durationArgument,
  instantArgument,
  patternArgument,
  runArgument,
  signalArgument,
} from '../../src/cli/arguments.ts';

const NOON = new Date(2026, 10, 23, 12, 0, 0).getTime();

test('a duration ago, a clock time and a date are all instants', () => {
  const parse = instantArgument(NOON);
  assert.equal(parse('10m'), NOON - 600_000);
  assert.equal(parse('1h30m'), NOON - 5_400_000);
  assert.equal(parse('09:30'), new Date(2026, 10, 23, 9, 30).getTime());
  assert.equal(parse('9:30:15'), new Date(2026, 10, 23, 9, 30, 15).getTime());
  assert.equal(parse('2026-11-22'), new Date(2026, 10, 22).getTime());
  assert.equal(parse('2026-11-22T08:00:00Z'), Date.UTC(2026, 10, 22, 8));
});

test('a clock time that is still to come today was yesterday', () => {
  assert.equal(instantArgument(NOON)('23:15'), new Date(2026, 10, 22, 23, 15).getTime());
});

test('what is no instant is refused with examples', () => {
  for (const text of ['', 'yesterday', '25:00', '2026-13-99', '10', 'now'])
    assert.throws(() => instantArgument(NOON)(text), /A time looks like/, text);
});

test('a duration needs its unit', () => {
  assert.equal(durationArgument('250ms'), 250);
  assert.throws(() => durationArgument('10'), /no unit.*write 10s/);
  assert.throws(() => durationArgument('-5s'), /negative/);
});

test('a count is a whole number of its own, never the beginning of something', () => {
  assert.equal(countArgument('0'), 0);
  assert.equal(countArgument('100'), 100);
  for (const text of ['', '-1', '1.5', '10x', '0x10', '1e3', '9999999999']) assert.throws(() => countArgument(text), /whole number/, text);
});

test('a run counts from 1, or from the latest backwards', () => {
  assert.equal(runArgument('3'), 3);
  assert.equal(runArgument('-1'), -1);
  for (const text of ['0', '-0', 'latest']) assert.throws(() => runArgument(text), /A run is/, text);
});

test('a signal is known with or without SIG, in any case', () => {
  for (const text of ['HUP', 'hup', 'SIGHUP', 'sighup']) assert.equal(signalArgument(text), 'SIGHUP');
  for (const text of ['1', 'NOSUCH', '', 'SIG']) assert.throws(() => signalArgument(text), /Signals have names/, text);
});

test('an address is a host and a port', () => {
  assert.deepEqual(addressArgument('127.0.0.1:9000'), { host: '127.0.0.1', port: 9000 });
  assert.deepEqual(addressArgument('[::1]:9000'), { host: '::1', port: 9000 });
  for (const text of ['9000', ':9000', 'localhost', '::1:9000', 'a:70000'])
    assert.throws(() => addressArgument(text), /An address looks like/, text);
});

test('a regex that does not compile is refused with what is wrong', () => {
  assert.equal(patternArgument('ERR|WARN').test('a WARN'), true);
  assert.throws(() => patternArgument('('), /Unterminated group/);
});
