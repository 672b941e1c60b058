// A paused virtual machine or container, a stopped omniroute: the monotonic clock goes on, and nobody is awake.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BY_LINE, BY_PROBE, LIVENESS } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const DAY_MS = 86_400_000;
const SELF = { ...BY_LINE, log: null, notify: 'fd' } as const;

const ping = (story: Scenario): Scenario => story.send({ type: 'notified', service: 'server', run: story.run('server'), what: 'ping' });

function watched(): Scenario {
  const story = new Scenario({ server: { readiness: SELF, watchdogMs: 10_000 } }).up();
  return story.send({ type: 'notified', service: 'server', run: story.run('server'), what: 'ready' });
}

test('a start is not too long for the time that nobody was awake', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } }).up().pass(50_000).sleep(DAY_MS);
  assert.deepEqual([story.stateOf('server'), story.run('server')], ['starting', 1]);
  assert.equal(story.says('server').stateOf('server'), 'ready');
});

test('after the pause a start has at least as long as it had left', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } }).up().pass(50_000).sleep(DAY_MS).pass(9_999);
  assert.equal(story.stateOf('server'), 'starting');
  assert.equal(story.pass(50_001).lastCause('server'), 'start-timeout', 'and it is not given for ever');
});

test('status shows until when it has', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } }).up().sleep(DAY_MS);
  assert.equal(story.waits('server'), 60_000);
});

test('the watchdog hears no silence in the time that nobody was awake', () => {
  const story = ping(watched().pass(5_000)).sleep(DAY_MS);
  assert.deepEqual([story.stateOf('server'), story.run('server')], ['ready', 1]);
  assert.equal(ping(story.pass(9_999)).pass(9_999).run('server'), 1);
  assert.equal(story.pass(1).lastCause('server'), 'liveness', 'real silence is heard as ever');
});

test('it makes no difference what is heard first after the pause', () => {
  const story = watched();
  story.nowMs += DAY_MS;
  assert.equal(ping(story).send({ type: 'deadline-passed' }).run('server'), 1);
});

test('a grace period that slept through is granted after it', () => {
  const story = new Scenario({ server: {} }).deafen('server').up().stop('server').sleep(DAY_MS);
  assert.deepEqual(story.signals('server'), ['SIGTERM']);
  assert.deepEqual(story.pass(10_000).signals('server'), ['SIGTERM', 'SIGKILL']);
});

test('a liveness probe that was in flight is asked again, and its failure not counted', () => {
  const story = new Scenario({ server: { liveness: { ...LIVENESS, failureThreshold: 1 } } }).up().pass(10_000).freshPage();
  story.sleep(DAY_MS).probed('server', 'timed out after 1s', 'liveness').pass(0);
  assert.deepEqual([story.stateOf('server'), story.ordered('probe').length], ['ready', 1]);
  assert.equal(story.probed('server', 'HTTP 500', 'liveness').lastCause('server'), 'liveness', 'the next answer counts');
});

test('a readiness probe that was in flight takes no readiness away', () => {
  const story = new Scenario({ server: { readiness: { ...BY_PROBE, failureThreshold: 1 } } }).up().pass(0).probed('server').pass(5_000);
  story.sleep(DAY_MS).probed('server', 'timed out after 10s');
  assert.equal(story.stateOf('server'), 'ready');
});

test('a probe that is late again and again hangs, and that counts', () => {
  const story = new Scenario({ server: { liveness: { ...LIVENESS, failureThreshold: 1 } } }).up().pass(10_000);
  for (let n = 0; n < 2; n++) story.pass(60_000).probed('server', 'timed out after 1s', 'liveness').pass(0);
  assert.equal(story.lastCause('server'), 'liveness');
});

test('a success is believed however late it comes', () => {
  const story = new Scenario({ server: { readiness: BY_PROBE } }).up().pass(0).sleep(DAY_MS).probed('server');
  assert.equal(story.stateOf('server'), 'ready');
});

test('what was due is done at once: a backoff that is over is over', () => {
  const story = new Scenario({ server: { restart: { backoff: { firstMs: 500, initialMs: 500, factor: 2, maxMs: 30_000, jitter: 0 } } } });
  assert.equal(story.up().exits('server').stateOf('server'), 'backoff');
  assert.equal(story.sleep(DAY_MS).run('server'), 2);
});

test('a reload on trial is judged by what comes after the pause', () => {
  const story = new Scenario({ server: {} })
    .up()
    .load({ server: { readiness: BY_LINE, command: ['other'] } })
    .sleep(DAY_MS);
  assert.deepEqual([story.stateOf('server'), story.entries('rolled-back').length], ['starting', 0]);
});

test('a pause that mattered is told, once', () => {
  const story = new Scenario({ server: { readiness: BY_LINE }, other: { readiness: BY_LINE } }).up().sleep(62_000).pass(1);
  const told = story.entries('woken-late').map(({ service, text }) => [service, text]);
  assert.deepEqual(told, [[null, 'nobody was awake for up to 1m: that time is held against no service']]);
});

test('a pause that mattered to nobody is not', () => {
  const story = new Scenario({ server: {} }).up().sleep(DAY_MS);
  assert.equal(story.entries('woken-late').length, 0);
});

test('a machine that is merely busy is no pause', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } }).up().pass(59_500).sleep(1_000);
  assert.equal(story.lastCause('server'), 'start-timeout');
});

test('an omniroute that takes over a start gives it its time anew', () => {
  const story = new Scenario({ server: { readiness: BY_PROBE } });
  const recorded = {
    ...{
      service: 'server',
      run: 3,
      pid: 7,
      alive: true,
      startedAtMs: 1,
      wasReady: false,
      restarts: 0,
      outputs: {},
      sameProcess: true,
      startsAnew: false,
      isWanted: true,
    },
    fallback: story.service('server').spec,
  };
  story.send({ type: 'run-recovered', recorded }).pass(59_999);
  assert.deepEqual([story.stateOf('server'), story.run('server')], ['starting', 3]);
  assert.equal(story.pass(1).lastCause('server'), 'start-timeout');
});
