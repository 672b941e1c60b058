import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BY_LINE, HOOK } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const ALL_HOOKS = { pre_start: HOOK, post_ready: HOOK, pre_stop: HOOK, post_exit: HOOK };

test('a stop is the signal, the grace period, SIGKILL', () => {
  const story = new Scenario({ server: {} }).deafen('server').up().stop('server');
  assert.deepEqual(story.signals('server'), ['SIGTERM']);
  assert.equal(story.pass(9_999).stateOf('server'), 'stopping');
  story.pass(1);
  assert.deepEqual([story.signals('server'), story.stateOf('server')], [['SIGTERM', 'SIGKILL'], 'stopped']);
});

test('it is signalled once, however often it is asked to stop', () => {
  const story = new Scenario({ server: {} }).deafen('server').up().stop('server').stop('server').down().stop('server').pass(5_000);
  assert.deepEqual(story.signals('server'), ['SIGTERM']);
});

test('the stop signal and the patience are those of the file', () => {
  const stop = { signal: 'SIGQUIT' as const, gracePeriodMs: 3, command: null };
  const story = new Scenario({ server: { stop } }).deafen('server').up().stop('server').pass(3);
  assert.deepEqual(story.signals('server'), ['SIGQUIT', 'SIGKILL']);
});

test('a stop command comes before the signal, and its failure changes nothing', () => {
  const stop = { signal: 'SIGTERM' as const, gracePeriodMs: 3, command: ['quit'] as const };
  const story = new Scenario({ server: { stop } }).up().hold('run-hook').stop('server');
  assert.deepEqual([story.hooks('server'), story.signals('server')], [['stop_command'], []]);
  story.hooked('server', 'stop_command', 'exit 1');
  assert.deepEqual([story.signals('server'), story.stateOf('server')], [['SIGTERM'], 'stopped']);
});

test('a stop command that is enough saves the signal', () => {
  const stop = { signal: 'SIGTERM' as const, gracePeriodMs: 3, command: ['quit'] as const };
  const story = new Scenario({ server: { stop } }).up().hold('run-hook').stop('server').exits('server', 0);
  assert.deepEqual([story.signals('server'), story.stateOf('server')], [[], 'stopped']);
});

test('a hook that never answers is given up', () => {
  const story = new Scenario({ server: { hooks: { pre_stop: HOOK } } }).up().hold('run-hook').stop('server').pass(60_000);
  assert.deepEqual([story.signals('server'), story.stateOf('server')], [['SIGTERM'], 'stopped']);
});

test('a hook that a stop waits for is told, with how long it has run', () => {
  const stop = { signal: 'SIGTERM' as const, gracePeriodMs: 60_000, command: ['quit'] as const };
  const hooks = { pre_stop: { ...HOOK, timeoutMs: 60_000 }, post_exit: HOOK };
  const story = new Scenario({ server: { stop, hooks } }).up().hold('run-hook').stop('server').pass(12_000);
  assert.equal(story.why('server'), 'asked by cli; its pre_stop hook runs since 12s');
  story.hooked('server', 'pre_stop').pass(3_000);
  assert.equal(story.why('server'), 'asked by cli; its stop command runs since 3s');
  story.hooked('server', 'stop_command').pass(1_000);
  assert.equal(story.why('server'), 'asked by cli; its post_exit hook runs since 1s');
});

test('hooks come in their order', () => {
  const story = new Scenario({ server: { hooks: ALL_HOOKS } }).up().stop('server');
  assert.deepEqual(story.hooks('server'), ['pre_start', 'post_ready', 'pre_stop', 'post_exit']);
});

test('post_exit runs after a crash too, before the next run', () => {
  const story = new Scenario({ server: { hooks: { post_exit: HOOK } } }).up().hold('run-hook').exits('server');
  assert.deepEqual([story.hooks('server'), story.spawns('server')], [['post_exit'], 1]);
  assert.equal(story.hooked('server', 'post_exit').spawns('server'), 2);
});

test('post_exit undoes what pre_start did where the process could not be started', () => {
  const story = new Scenario({ server: { hooks: { pre_start: HOOK, post_exit: HOOK } } }).hold('spawn').up();
  story.send({ type: 'spawn-failed', service: 'server', run: 1, code: 'ENOENT', message: 'no' });
  assert.deepEqual(story.hooks('server'), ['pre_start', 'post_exit']);
});

test('post_exit of a run that ended while omniroute was dead is made up for', () => {
  const story = new Scenario({ server: { hooks: { post_exit: HOOK } } }).hold('run-hook');
  const fallback = story.service('server').spec;
  const recorded = {
    service: 'server',
    run: 4,
    pid: 7,
    alive: false,
    startedAtMs: 1,
    wasReady: true,
    restarts: 0,
    outputs: {},
    sameProcess: true,
    startsAnew: false,
    isWanted: true,
    fallback,
  };
  story.send({ type: 'run-recovered', recorded });
  assert.deepEqual([story.hooks('server'), story.spawns('server')], [['post_exit'], 0]);
});

test('the old run is proven gone before the next one begins', () => {
  const story = new Scenario({ server: {} }).hold('clear-run').up().exits('server');
  assert.deepEqual([story.stateOf('server'), story.spawns('server')], ['stopping', 1]);
  assert.equal(story.cleared('server').spawns('server'), 2);
});

test('what no SIGKILL ends is told, waited for, and nothing is started beside it', () => {
  const story = new Scenario({ server: {} })
    .hold('clear-run')
    .up()
    .exits('server')
    .cleared('server', { remaining: [4711] });
  assert.match(story.entries('straggler-left')[0]?.text ?? '', /4711/);
  story.pass(1_000);
  assert.deepEqual([story.ordered('clear-run').length, story.spawns('server')], [2, 1]);
  assert.equal(story.cleared('server').spawns('server'), 2);
});

test('a leader that no SIGKILL ends is killed again and again, and told', () => {
  const story = new Scenario({ server: {} }).hold('signal-group').up().stop('server').pass(10_000).pass(10_000);
  assert.deepEqual(story.signals('server').slice(1), ['SIGKILL', 'SIGKILL']);
  assert.equal(story.entries('straggler-left').length, 1);
});

test('what was signalled along with its leader may use the rest of the grace period', () => {
  const story = new Scenario({ server: {} }).hold('signal-group').up().stop('server').pass(4_000).exits('server', 0);
  assert.equal(story.ordered('clear-run')[0]?.grace?.forMs, 6_000);
});

test('what a crash leaves behind gets no grace', () => {
  assert.equal(new Scenario({ server: {} }).up().exits('server').ordered('clear-run')[0]?.grace, null);
});

test('a stop that overtakes a spawn ends the process as soon as it is there', () => {
  const story = new Scenario({ server: {} }).hold('spawn').up().stop('server');
  assert.deepEqual([story.stateOf('server'), story.signals('server')], ['stopping', []]);
  story.spawned('server');
  assert.deepEqual([story.signals('server'), story.stateOf('server')], [['SIGTERM'], 'stopped']);
});

test('a stop that overtakes a pre_start hook waits for it, then undoes it, and spawns nothing', () => {
  const story = new Scenario({ server: { hooks: { pre_start: HOOK, post_exit: HOOK } } }).hold('run-hook').up().stop('server');
  story.hooked('server', 'pre_start');
  assert.deepEqual([story.hooks('server'), story.spawns('server')], [['pre_start', 'post_exit'], 0]);
  assert.equal(story.hooked('server', 'post_exit').stateOf('server'), 'stopped');
});

test('a process that is not there yet is not started for the sake of dependents that are stopping', () => {
  const a = { hooks: { pre_start: HOOK } };
  const story = new Scenario({ a, b: {} })
    .deafen('b')
    .hold('run-hook')
    .up()
    .load({ a, b: { dependsOn: ['a'] } })
    .down();
  assert.equal(story.hooked('a', 'pre_start').spawns('a'), 0);
});

test('a stop during a backoff starts nothing any more', () => {
  const story = new Scenario({ server: {} }).up().exits('server').exits('server');
  assert.equal(story.stateOf('server'), 'backoff');
  assert.deepEqual([story.stop('server').stateOf('server'), story.pass(1_000_000).spawns('server')], ['stopped', 2]);
});

for (const [state, tell] of Object.entries({
  waiting: (story: Scenario) => story.hold('check-addresses').up(),
  'starting (spawning)': (story: Scenario) => story.hold('spawn').up(),
  starting: (story: Scenario) => story.up(),
  ready: (story: Scenario) => story.up().says('server'),
  stopping: (story: Scenario) => story.deafen('server').up().says('server').restart('server'),
  backoff: (story: Scenario) => story.up().exits('server').exits('server'),
  failed: (story: Scenario) => story.up().exits('server').exits('server').pass(500).exits('server'),
})) {
  test(`down in state ${state} ends with nothing left and nothing due`, () => {
    const story = tell(new Scenario({ server: { readiness: BY_LINE, ports: { http: 80 }, restart: { maxAttempts: 2 } } })).down();
    if (state.endsWith('(spawning)')) story.spawned('server');
    story.pass(20_000);
    const before = story.orders.length;
    assert.equal(story.stateOf('server'), 'stopped');
    story.pass(1_000_000_000);
    assert.equal(story.orders.length, before, 'nothing more happens');
  });
}

test('a restart waits for the old to be gone', () => {
  const story = new Scenario({ server: {} }).deafen('server').up().restart('server');
  assert.equal(story.spawns('server'), 1);
  assert.deepEqual([story.pass(10_000).spawns('server'), story.service('server').attempts], [2, 0]);
});

test('a restart while a restart is pending is one restart', () => {
  const story = new Scenario({ server: {} }).deafen('server').up().restart('server').restart('server').restart('server').pass(10_000);
  assert.deepEqual([story.spawns('server'), story.stateOf('server')], [2, 'ready']);
});

test('the later intent wins: stop after restart', () => {
  const story = new Scenario({ server: {} }).deafen('server').up().restart('server').stop('server').pass(10_000);
  assert.deepEqual([story.spawns('server'), story.stateOf('server')], [1, 'stopped']);
});

test('the later intent wins: start after stop', () => {
  const story = new Scenario({ server: {} }).deafen('server').up().stop('server').up().pass(10_000);
  assert.deepEqual([story.spawns('server'), story.stateOf('server')], [2, 'ready']);
});

test('a restart asked for while a crash is cleared up skips backoff and rules', () => {
  const story = new Scenario({ server: { restart: { maxAttempts: 0 } } })
    .hold('clear-run')
    .up()
    .exits('server')
    .restart('server')
    .cleared('server');
  assert.deepEqual([story.stateOf('server'), story.service('server').attempts], ['ready', 0]);
});

test('a restart during a backoff is at once', () => {
  const story = new Scenario({ server: {} }).up().exits('server').exits('server').restart('server');
  assert.equal(story.stateOf('server'), 'ready');
});

test('nothing is started once omniroute goes down', () => {
  const story = new Scenario({ a: {}, b: {} }).deafen('a').up('a').down().up('b').restart('a').pass(20_000);
  assert.deepEqual(story.states(), { a: 'stopped', b: 'stopped' });
  assert.deepEqual([story.spawns('a'), story.spawns('b')], [1, 0]);
});

test('a grace period given with down counts instead of each service its own', () => {
  const story = new Scenario({ server: {} }).deafen('server').up().send({ type: 'down-requested', gracePeriodMs: 50 }).pass(50);
  assert.deepEqual([story.signals('server'), story.stateOf('server')], [['SIGTERM', 'SIGKILL'], 'stopped']);
});

test('the second Ctrl-C kills everything that is still there', () => {
  const story = new Scenario({ a: {}, b: { dependsOn: ['a'] } }).deafen('a').deafen('b').up().down().send({ type: 'kill-requested' });
  assert.deepEqual(story.states(), { a: 'stopped', b: 'stopped' });
  assert.deepEqual([story.signals('a'), story.signals('b')], [['SIGKILL'], ['SIGTERM', 'SIGKILL']]);
});

test('the second Ctrl-C ends a hook that is under way', () => {
  const story = new Scenario({ server: { hooks: { pre_stop: HOOK } } }).up().hold('run-hook').down().send({ type: 'kill-requested' });
  assert.equal(story.ordered('abort-hook').length, 1);
  assert.equal(story.stateOf('server'), 'stopped');
});

test('a signal goes to a process that is there, and to no other', () => {
  const story = new Scenario({ a: {}, b: {} }).up('a');
  story.send({ type: 'signal-requested', services: ['a', 'b'], signal: 'SIGHUP', actor: 'cli' });
  assert.deepEqual([story.signals('a'), story.signals('b')], [['SIGHUP'], []]);
});

test('facts of an earlier run are dropped', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } }).up().exits('server');
  const before = story.state;
  story.send(
    { type: 'process-exited', service: 'server', run: 1, exit: { code: 0, signal: null } },
    { type: 'ready-line-seen', service: 'server', run: 1 },
    { type: 'spawned', service: 'server', run: 1, pid: 1 },
    { type: 'usage-sampled', service: 'server', run: 1, rssBytes: 1 },
  );
  assert.deepEqual(story.state, before);
});

test('a second exit of one run is dropped', () => {
  const story = new Scenario({ server: {} }).hold('clear-run').up().exits('server').exits('server');
  assert.equal(story.ordered('clear-run').length, 1);
});

test('facts about a service that is not there are dropped', () => {
  const story = new Scenario({ server: {} });
  const before = story.state;
  story.send({ type: 'process-exited', service: 'gone', run: 1, exit: null });
  assert.deepEqual(story.state, before);
});

test('how a run ended is asked for, unless omniroute goes down and ended it itself', () => {
  const asked = (story: Scenario): boolean[] => story.ordered('clear-run', 'server').map(({ lastWords }) => lastWords);
  const up = (): Scenario => new Scenario({ server: {} }).up();
  assert.deepEqual(asked(up().exits('server')), [true]);
  assert.deepEqual(asked(up().stop('server')), [true]);
  assert.deepEqual(asked(up().down()), [false]);
});

test('what crashes while others go down still says its last words', () => {
  const story = new Scenario({ server: {}, proxy: { dependsOn: ['server'] } });
  story.deafen('proxy').up().down().exits('server');
  assert.deepEqual(
    story.ordered('clear-run', 'server').map(({ lastWords }) => lastWords),
    [true],
  );
});
