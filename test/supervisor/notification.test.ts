import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BY_LINE, type Given } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const SELF: Given = { readiness: { ...BY_LINE, log: null, notify: 'fd' } };

const tell = (story: Scenario, what: 'ready' | 'ping' | 'stuck'): Scenario =>
  story.send({ type: 'notified', service: 'server', run: story.run('server'), what });

test('it is ready when it says so, and not before', () => {
  const story = new Scenario({ server: SELF }).up();
  assert.deepEqual([story.stateOf('server'), story.why('server')], ['starting', 'waits for its own word']);
  assert.equal(tell(story, 'ping').stateOf('server'), 'starting', 'a sign of life is no readiness');
  assert.equal(tell(story, 'ready').stateOf('server'), 'ready');
});

test('its word is one of the checks: all must hold', () => {
  const story = new Scenario({ server: { readiness: { ...BY_LINE, notify: 'fd' } } }).up();
  assert.equal(tell(story, 'ready').stateOf('server'), 'starting');
  assert.equal(story.says('server').stateOf('server'), 'ready');
});

test('a word that never comes is a start that took too long', () => {
  const story = new Scenario({ server: SELF }).up().pass(60_000);
  assert.equal(story.lastCause('server'), 'start-timeout');
});

test('silent for longer than the watchdog allows, it is restarted', () => {
  const story = new Scenario({ server: { ...SELF, watchdogMs: 10_000 } }).up();
  tell(story, 'ready');
  for (let n = 0; n < 5; n++) tell(story.pass(9_000), 'ping');
  assert.equal(story.run('server'), 1);
  story.pass(10_000);
  assert.deepEqual([story.run('server'), story.lastCause('server')], [2, 'liveness']);
  assert.match(story.entries('crashed')[0]?.text ?? '', /silent for 10s \(watchdog\)/);
});

test('the watchdog begins with readiness', () => {
  const story = new Scenario({ server: { ...SELF, watchdogMs: 10_000 } }).up().pass(30_000);
  assert.deepEqual([story.stateOf('server'), story.run('server')], ['starting', 1]);
});

test('a service that says that it is stuck is believed', () => {
  const story = new Scenario({ server: { ...SELF, watchdogMs: 10_000 } }).up();
  tell(tell(story, 'ready'), 'stuck');
  assert.deepEqual([story.run('server'), story.lastCause('server')], [2, 'liveness']);
});
