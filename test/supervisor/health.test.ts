import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BY_PROBE, LIVENESS } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const MIB = 1_048_576;

function ready(): Scenario {
  return new Scenario({ server: { readiness: BY_PROBE } }).up().pass(0).probed('server');
}

test('readiness is lost after so many failures in a row, never restarts, and is regained by one success', () => {
  const story = ready().probed('server', 'HTTP 500').probed('server', 'HTTP 500');
  assert.equal(story.stateOf('server'), 'ready');
  story.probed('server', 'HTTP 500');
  assert.deepEqual([story.stateOf('server'), story.why('server')], ['unready', 'HTTP 500']);
  assert.equal(story.probed('server').stateOf('server'), 'ready');
  assert.equal(story.spawns('server'), 1);
});

test('a success in between starts the count afresh', () => {
  const story = ready().probed('server', 'x').probed('server', 'x').probed('server').probed('server', 'x').probed('server', 'x');
  assert.equal(story.stateOf('server'), 'ready');
});

test('a service that is ready is asked rarely, one that has just failed often', () => {
  const story = ready().freshPage().pass(4_999);
  assert.equal(story.ordered('probe').length, 0);
  assert.equal(story.pass(1).ordered('probe').length, 1);
  assert.equal(story.probed('server', 'x').pass(250).ordered('probe').length, 2);
});

test('one probe is in flight at a time, however long it takes', () => {
  assert.equal(ready().freshPage().pass(10_000_000).ordered('probe').length, 1);
});

test('the reason of being unready is always the latest', () => {
  const story = ready();
  for (let n = 0; n < 3; n++) story.probed('server', 'HTTP 500');
  assert.equal(story.probed('server', 'refused').why('server'), 'refused');
});

test('liveness is asked only once the service is ready', () => {
  const story = new Scenario({ server: { readiness: BY_PROBE, liveness: LIVENESS } }).up().pass(50_000);
  assert.equal(story.ordered('probe').filter(({ kind }) => kind === 'liveness').length, 0);
  story.probed('server').pass(10_000);
  assert.equal(story.ordered('probe').filter(({ kind }) => kind === 'liveness').length, 1);
});

test('so many failures of liveness in a row end the run as a crash, with grace', () => {
  const story = new Scenario({ server: { liveness: LIVENESS } }).deafen('server').up().pass(10_000);
  for (let n = 0; n < 2; n++) story.probed('server', 'no answer', 'liveness');
  assert.equal(story.stateOf('server'), 'ready');
  story.probed('server', 'no answer', 'liveness');
  assert.deepEqual([story.stateOf('server'), story.signals('server')], ['stopping', ['SIGTERM']]);
  story.pass(10_000);
  assert.deepEqual([story.lastCause('server'), story.service('server').attempts], ['liveness', 1]);
  assert.match(story.entries('crashed')[0]?.text ?? '', /liveness probe failed: no answer, 3 times in a row/);
});

test('an answer to a probe that comes after the end is dropped', () => {
  const story = new Scenario({ server: { liveness: LIVENESS } }).hold('clear-run').up().pass(10_000).exits('server');
  assert.equal(story.probed('server', 'x', 'liveness').stateOf('server'), 'stopping');
});

function measured(given: { warnBytes?: number; softBytes?: number; hardBytes?: number }): Scenario {
  return new Scenario({ server: { memory: given } }).up().pass(1_000);
}

test('memory is measured only where a limit asks for it', () => {
  assert.equal(new Scenario({ server: {} }).up().pass(100_000).ordered('sample-usage').length, 0);
  assert.equal(measured({ warnBytes: 1 }).ordered('sample-usage').length, 1);
});

test('one measurement is out at a time, and the next is due a period later', () => {
  const story = measured({ warnBytes: MIB }).pass(100_000);
  assert.equal(story.ordered('sample-usage').length, 1);
  assert.equal(story.measures('server', 1).pass(1_000).ordered('sample-usage').length, 2);
});

test('over memory.warn is told once, and again after it was under', () => {
  const story = measured({ warnBytes: 100 * MIB });
  for (const mebibytes of [101, 102, 99, 103]) story.measures('server', mebibytes * MIB);
  assert.deepEqual(
    story.entries('memory-warning').map(({ text }) => text),
    ['101 MiB used, memory.warn is 100 MiB', '103 MiB used, memory.warn is 100 MiB'],
  );
  assert.equal(story.stateOf('server'), 'ready');
});

for (const [samples, restarted] of [
  ['OOO', true],
  ['OO', false],
  ['O..OO', true],
  ['OO..O', true],
  ['O...OO', false],
  ['O.O.O', true],
  ['.....', false],
  ['OO...OO', false],
] as const) {
  test(`samples ${samples} (O: over memory.soft) ${restarted ? 'are' : 'are not'} a restart`, () => {
    const story = measured({ softBytes: 100 * MIB });
    for (const sample of samples) if (story.run('server') === 1) story.measures('server', (sample === 'O' ? 101 : 99) * MIB);
    assert.equal(story.spawns('server'), restarted ? 2 : 1);
  });
}

function overSoft(story: Scenario): Scenario {
  for (let n = 0; n < 3; n++) story.measures('server', 101 * MIB);
  return story;
}

test('over memory.soft a stable run is restarted with grace, which is no crash', () => {
  const story = new Scenario({ server: { memory: { softBytes: 100 * MIB } } }).up().pass(30_000);
  overSoft(story);
  assert.deepEqual([story.signals('server'), story.lastCause('server'), story.service('server').attempts], [['SIGTERM'], 'memory-soft', 0]);
  assert.equal(story.stateOf('server'), 'ready');
});

test('a service that outgrows memory.soft before it is stable crashes in slow motion: it is counted', () => {
  const story = overSoft(measured({ softBytes: 100 * MIB }));
  assert.equal(story.service('server').attempts, 1);
});

test('over memory.hard it is killed at once, as a crash', () => {
  const story = measured({ hardBytes: 100 * MIB }).measures('server', 101 * MIB);
  assert.deepEqual([story.signals('server'), story.lastCause('server'), story.service('server').attempts], [['SIGKILL'], 'memory-hard', 1]);
  assert.match(story.entries('crashed')[0]?.text ?? '', /memory 101 MiB over memory\.hard/);
});

test('exactly at a limit is not over it', () => {
  const story = measured({ warnBytes: MIB, softBytes: MIB, hardBytes: MIB });
  for (let n = 0; n < 5; n++) story.measures('server', MIB);
  assert.deepEqual([story.stateOf('server'), story.entries('memory-warning').length], ['ready', 0]);
});

test('samples of an earlier run say nothing about the next', () => {
  const story = measured({ softBytes: 100 * MIB })
    .measures('server', 101 * MIB)
    .measures('server', 101 * MIB)
    .exits('server');
  story.pass(1_000).measures('server', 101 * MIB);
  assert.equal(story.stateOf('server'), 'ready');
});

test('the edge is told above which sum a second, truer look is worth its price', () => {
  assert.equal(measured({ warnBytes: 3, softBytes: 2, hardBytes: 9 }).ordered('sample-usage')[0]?.confirmAboveBytes, 2);
});

test('a watched file that changes restarts the service, uncounted', () => {
  const watch = { paths: ['/src'], ignore: [], action: { type: 'restart' as const } };
  const story = new Scenario({ server: { watch } }).up();
  assert.deepEqual(story.ordered('watch-paths')[0]?.watch, watch);
  story.send({ type: 'path-changed', service: 'server', path: '/src/a.js' });
  assert.deepEqual([story.spawns('server'), story.lastCause('server'), story.service('server').attempts], [2, 'file-watch', 0]);
});

test('a watched file may send a signal instead', () => {
  const watch = { paths: ['/src'], ignore: [], action: { type: 'signal' as const, signal: 'SIGHUP' as const } };
  const story = new Scenario({ server: { watch } }).up().send({ type: 'path-changed', service: 'server', path: '/src/a.js' });
  assert.deepEqual([story.signals('server'), story.spawns('server')], [['SIGHUP'], 1]);
});

test('a watched file that changes gives a failed service another chance', () => {
  const watch = { paths: ['/src'], ignore: [], action: { type: 'restart' as const } };
  const story = new Scenario({ server: { watch, restart: { policy: 'never' } } }).up().exits('server');
  assert.equal(story.send({ type: 'path-changed', service: 'server', path: '/src/a.js' }).stateOf('server'), 'ready');
});

test('a watched file means nothing to a service that nobody wants', () => {
  const watch = { paths: ['/src'], ignore: [], action: { type: 'restart' as const } };
  const story = new Scenario({ server: { watch } }).send({ type: 'path-changed', service: 'server', path: '/src/a.js' });
  assert.equal(story.stateOf('server'), 'stopped');
});
