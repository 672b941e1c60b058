import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BY_LINE, type Given } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const NAMES = ['web:1', 'web:2', 'web:3'];

function webs(given: Given = {}, maxUnavailable = 1): Record<string, Given> {
  const one = (number: number): Given => ({
    readiness: BY_LINE,
    instance: { of: 'web', number, maxUnavailable, upAtOnce: null },
    ...given,
  });
  return { 'web:1': one(1), 'web:2': one(2), 'web:3': one(3) };
}

function up(given: Given = {}, maxUnavailable = 1): Scenario {
  const story = new Scenario(webs(given, maxUnavailable)).up();
  return NAMES.reduce((told, name) => told.says(name), story);
}

const runs = (story: Scenario): number[] => NAMES.map((name) => story.run(name));
const ready = (story: Scenario): number => NAMES.filter((name) => story.stateOf(name) === 'ready').length;

test('they start together', () => {
  assert.deepEqual(runs(new Scenario(webs()).up()), [1, 1, 1]);
});

test('a restart of all goes one by one: the next when the one before is ready', () => {
  const story = up().restart(...NAMES);
  for (const [index, name] of NAMES.entries()) {
    assert.deepEqual([runs(story), ready(story)], [NAMES.map((_, n) => (n <= index ? 2 : 1)), 2]);
    story.says(name);
  }
  assert.deepEqual([runs(story), ready(story)], [[2, 2, 2], 3]);
});

test('whoever waits for its turn says so', () => {
  const story = up().restart(...NAMES);
  assert.deepEqual([story.stateOf('web:3'), story.show('web:3').awaitsTurn], ['ready', true]);
  assert.equal(story.why('web:3'), 'restarts in turn (asked by cli), when enough of the others are ready');
});

test('max_unavailable: 2 restarts two at a time', () => {
  const story = up({}, 2).restart(...NAMES);
  assert.deepEqual(runs(story), [2, 2, 1]);
  assert.deepEqual(runs(story.says('web:1')), [2, 2, 2]);
});

test('one that does not come back holds up the others: the old ones go on serving', () => {
  const story = up()
    .restart(...NAMES)
    .exits('web:1')
    .pass(5_000);
  assert.deepEqual([story.run('web:2'), story.run('web:3'), ready(story)], [1, 1, 2]);
});

test('one instance asked for by its name is restarted at once', () => {
  const story = up().exits('web:1').restart('web:2');
  assert.deepEqual([story.run('web:2'), ready(story)], [2, 1]);
});

test('one that is not ready itself is of no use to anybody, and goes first', () => {
  const story = new Scenario(webs())
    .up()
    .says('web:1')
    .says('web:2')
    .restart(...NAMES);
  assert.deepEqual(runs(story), [1, 1, 2]);
});

test('a stop takes all of them at once, whoever waits for a turn or not', () => {
  const story = up()
    .restart(...NAMES)
    .stop(...NAMES);
  assert.deepEqual(
    NAMES.map((name) => story.stateOf(name)),
    ['stopped', 'stopped', 'stopped'],
  );
  assert.deepEqual(runs(story.up()), [3, 2, 2]);
});

test('one that crashes while it waits for its turn has had it', () => {
  const story = up()
    .restart(...NAMES)
    .exits('web:3');
  assert.equal(story.service('web:3').turn, null);
  story.says('web:1').says('web:3').says('web:2');
  assert.deepEqual(runs(story), [2, 2, 2]);
});

test('a reload goes one by one too', () => {
  const story = up().load(webs({ env: { A: '1' } }));
  assert.deepEqual([runs(story), story.lastCause('web:1')], [[2, 1, 1], 'config-reload']);
  story.says('web:1').says('web:2').says('web:3').pass(10_000);
  assert.deepEqual([runs(story), story.entries('reload-settled').length], [[2, 2, 2], 1]);
});

test('a reload that fails is taken back, and whoever had not had a turn is not touched', () => {
  const story = up()
    .load(webs({ env: { A: '1' } }))
    .exits('web:1');
  assert.deepEqual([runs(story), story.entries('rolled-back').length], [[3, 1, 1], 1]);
  assert.deepEqual([ready(story.says('web:1')), story.service('web:2').turn], [3, null]);
});

test('a change taken back in the file before its turn touches nobody', () => {
  const story = up()
    .load(webs({ env: { A: '1' } }))
    .load(webs());
  assert.deepEqual(runs(story.says('web:1').says('web:1')), [3, 1, 1]);
});

test('more of them start, and fewer of them stop, without touching the others', () => {
  const story = up();
  const { 'web:1': one, 'web:2': two } = webs();
  story.load({ 'web:1': one ?? {}, 'web:2': two ?? {} });
  assert.deepEqual([story.state.services.has('web:3'), runs(up()).length, story.run('web:1'), story.run('web:2')], [false, 3, 1, 1]);
  assert.deepEqual([story.load(webs()).stateOf('web:3'), story.run('web:1')], ['starting', 1]);
});
