import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Group } from '../../src/spec.ts';
import type { Given } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

function story(strategy: Group['strategy'], given: Readonly<Record<string, Given>> = {}): Scenario {
  const group = { name: 'line', strategy, members: ['a', 'b', 'c'] };
  return new Scenario({ a: { group, ...given['a'] }, b: { group, ...given['b'] }, c: { group, ...given['c'] }, other: {} }).up();
}

const runs = (told: Scenario): number[] => ['a', 'b', 'c', 'other'].map((name) => told.run(name));

test('one-for-all: a crash of one restarts all of the group, and nobody else', () => {
  const told = story('one-for-all').exits('b');
  assert.deepEqual(runs(told), [2, 2, 2, 1]);
  assert.deepEqual([told.lastCause('a'), told.lastCause('b'), told.lastCause('c')], ['dependency', 'exit', 'dependency']);
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => told.service(name).attempts),
    [0, 1, 0],
    'only who crashed is counted',
  );
});

test('rest-for-one: a crash of one restarts those after it', () => {
  assert.deepEqual(runs(story('rest-for-one').exits('b')), [1, 2, 2, 1]);
  assert.deepEqual(runs(story('rest-for-one').exits('c')), [1, 1, 2, 1]);
  assert.deepEqual(runs(story('rest-for-one').exits('a')), [2, 2, 2, 1]);
});

test('none begins before all that go are gone', () => {
  const told = story('one-for-all').deafen('c').exits('b');
  assert.deepEqual(told.states(), { a: 'waiting', b: 'waiting', c: 'stopping', other: 'ready' });
  assert.equal(told.why('a'), 'waits for c to be gone: the group line starts together');
  told.pass(10_000);
  assert.deepEqual(told.states(), { a: 'ready', b: 'ready', c: 'ready', other: 'ready' });
});

test('what omniroute or a person ends on purpose touches no other', () => {
  assert.deepEqual(runs(story('one-for-all').restart('b')), [1, 2, 1, 1]);
  const told = story('one-for-all').stop('b');
  assert.deepEqual([told.stateOf('a'), told.stateOf('b'), told.run('a')], ['ready', 'stopped', 1]);
});

test('what is ended as a fault of its own is a crash', () => {
  const told = story('one-for-all', { a: { memory: { hardBytes: 1000 } } }).measures('a', 2000);
  assert.deepEqual(runs(told), [2, 2, 2, 1]);
});

test('two that crash at once are restarted once', () => {
  const told = story('one-for-all').hold('clear-run').exits('a').exits('b').cleared('a').cleared('b').cleared('c');
  assert.deepEqual(runs(told), [2, 2, 2, 1]);
});

test('a job that is done, or a service that may end, is no crash', () => {
  assert.deepEqual(runs(story('one-for-all', { b: { type: 'job' } }).exits('b', 0)), [1, 1, 1, 1]);
  assert.deepEqual(runs(story('one-for-all', { b: { restart: { policy: 'on-failure' } } }).exits('b', 0)), [1, 1, 1, 1]);
  assert.deepEqual(runs(story('one-for-all').exits('b', 0)), [2, 2, 2, 1], 'one that is to run on and on has no good end');
});

test('who is down stays down', () => {
  const told = story('one-for-all').stop('c').exits('b');
  assert.deepEqual([...runs(told), told.stateOf('c')], [2, 2, 1, 1, 'stopped']);
});

test('on the way down a crash restarts nobody', () => {
  const told = story('one-for-all').hold('signal-group').down().exits('b');
  assert.deepEqual([told.spawns('a'), told.spawns('b')], [1, 1]);
});
