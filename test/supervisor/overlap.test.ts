import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BY_LINE, type Given } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

function places(count: number, given: Given = {}): Record<string, Given> {
  const numbers = Array.from({ length: count + 1 }, (_, index) => index + 1);
  const place = (number: number): Given => ({
    readiness: BY_LINE,
    instance: { of: 'web', number, maxUnavailable: 1, upAtOnce: count },
    ...given,
  });
  return Object.fromEntries(numbers.map((number) => [`web:${number}`, place(number)]));
}

const up = (given: Given = {}): Scenario => new Scenario(places(1, given)).up().says('web:1');
const states = (story: Scenario): string => Object.values(story.states()).join(' ');

test('one place is in use, the other is kept for a successor', () => {
  assert.equal(states(up()), 'ready stopped');
});

test('the successor begins first, and the run before ends when that is ready', () => {
  const story = up().restart('web:1');
  assert.deepEqual(
    [states(story), story.why('web:1')],
    ['ready starting', 'restarts in turn (asked by cli), when enough of the others are ready'],
  );
  story.says('web:2');
  assert.deepEqual([states(story), story.lastCause('web:1')], ['stopped ready', 'user']);
});

test('and the next time the other way round', () => {
  const story = up().restart('web:1').says('web:2').restart('web:2');
  assert.equal(states(story), 'starting ready');
  assert.equal(states(story.says('web:1')), 'ready stopped');
});

test('a restart by the name in the file means whichever place is in use', () => {
  const story = up().restart('web:1', 'web:2');
  assert.equal(states(story), 'ready starting');
  assert.equal(states(story.says('web:2')), 'stopped ready');
});

test('a successor that crashes is started again, and the run before goes on', () => {
  const story = up().restart('web:1').exits('web:2').exits('web:2').pass(1_000);
  assert.deepEqual([states(story), story.run('web:1')], ['ready starting', 1]);
  assert.equal(states(story.says('web:2')), 'stopped ready');
});

test('a successor that gives up leaves its place, and the run before goes on', () => {
  const story = up({ restart: { strategy: 'overlap', maxAttempts: 0, retryAfterMs: null } })
    .restart('web:1')
    .exits('web:2');
  assert.deepEqual([states(story), story.service('web:1').turn, story.run('web:1')], ['ready stopped', null, 1]);
  assert.match(story.entries('ready', 'web:1').at(-1)?.text ?? '', /goes on: its successor web:2 gave up/);
});

test('the run before crashes while its successor begins: it is started again in its place, and the successor makes room', () => {
  const story = up().restart('web:1').exits('web:1').says('web:1');
  assert.deepEqual([states(story), story.run('web:1')], ['ready stopped', 2]);
});

test('a crash is restarted in place', () => {
  const story = up().exits('web:1').says('web:1');
  assert.deepEqual([states(story), story.run('web:1')], ['ready stopped', 2]);
});

test('several are replaced one after the other, through the one place that is free', () => {
  const story = new Scenario(places(2)).up().says('web:1').says('web:2').restart('web:1', 'web:2', 'web:3');
  assert.equal(states(story), 'ready ready starting');
  assert.equal(states(story.says('web:3')), 'starting ready ready');
  assert.equal(states(story.says('web:1')), 'ready stopped ready');
});

test('a reload overlaps too, and settles', () => {
  const story = up().load(places(1, { env: { A: '1' } }));
  assert.equal(states(story), 'ready starting');
  story.says('web:2').pass(10_000);
  assert.deepEqual(
    [states(story), story.lastCause('web:1'), story.entries('reload-settled').length],
    ['stopped ready', 'config-reload', 1],
  );
});

test('a reload whose successor fails is taken back without the run before having been touched', () => {
  const story = up()
    .load(places(1, { env: { A: '1' } }))
    .exits('web:2');
  assert.deepEqual([states(story), story.run('web:1'), story.entries('rolled-back').length], ['ready stopped', 1, 1]);
});

test('a stop means both places, and so does down', () => {
  assert.equal(states(up().restart('web:1').stop('web:1', 'web:2')), 'stopped stopped');
  assert.equal(states(up().restart('web:1').down()), 'stopped stopped');
});

test('started again after a stop, one place is enough', () => {
  assert.equal(states(up().stop('web:1', 'web:2').up()), 'starting stopped');
});

test('who depends on it does not wait for the spare place', () => {
  const story = new Scenario({
    ...places(1),
    proxy: { dependsOn: { 'web:1': { condition: 'ready' }, 'web:2': { condition: 'ready' } } },
  }).up();
  assert.equal(story.stateOf('proxy'), 'waiting');
  assert.equal(story.says('web:1').stateOf('proxy'), 'ready');
});

test('taken over in the middle of an overlap, the newer run stays', () => {
  const recorded = (name: string, startedAtMs: number) => ({
    type: 'run-recovered' as const,
    recorded: {
      ...{ service: name, run: 3, pid: startedAtMs, alive: true, startedAtMs, wasReady: true, restarts: 0, outputs: {} },
      ...{ sameProcess: true, startsAnew: false, isWanted: true, fallback: null as never },
    },
  });
  const story = new Scenario(places(1)).send(recorded('web:1', 10), recorded('web:2', 20)).up();
  assert.equal(states(story), 'stopped ready');
});
