import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rest } from '../../src/supervisor/event.ts';
import { backoffDelayMs } from '../../src/supervisor/restart.ts';
import { BY_LINE, sampleSpec } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const STEADY = { firstMs: 0, initialMs: 500, factor: 2, maxMs: 30_000, jitter: 0 };

test('the first restart after a stable run is immediate', () => {
  const story = new Scenario({ server: {} }).up().exits('server');
  assert.deepEqual([story.stateOf('server'), story.run('server')], ['ready', 2]);
});

test('then the waits grow by the factor up to the cap', () => {
  const story = new Scenario({ server: { restart: { maxAttempts: null } } }).up();
  const waits: (number | null)[] = [];
  for (let n = 0; n < 10; n++) {
    story.exits('server');
    waits.push(story.waits('server'));
    story.pass(story.waits('server') ?? 0);
  }
  assert.deepEqual(waits, [null, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

for (const [random, expectedMs] of [
  [0, 800],
  [0.5, 1000],
  [0.999_999, 1200],
] as const) {
  test(`jitter spreads a wait of 1000 ms to ${expectedMs} for the random number ${random}`, () => {
    assert.equal(backoffDelayMs({ ...STEADY, initialMs: 1000, jitter: 0.2 }, 2, random), expectedMs);
  });
}

test('jitter never goes beyond the cap', () => {
  assert.equal(backoffDelayMs({ ...STEADY, initialMs: 30_000, jitter: 1 }, 2, 0.999_999), 30_000);
});

test('a wait beyond all numbers is the cap', () => {
  assert.equal(backoffDelayMs({ ...STEADY, factor: 10 }, 5_000, 0.5), 30_000);
});

test('ready for stable_after, crashes in a row are forgotten', () => {
  const story = new Scenario({ server: {} }).up().exits('server').exits('server').pass(500);
  assert.equal(story.service('server').attempts, 2);
  story.pass(29_999);
  assert.equal(story.service('server').attempts, 2);
  story.pass(1);
  assert.equal(story.service('server').attempts, 0);
  assert.equal(story.exits('server').stateOf('server'), 'ready', 'and the next restart is immediate again');
});

test('uptime that was never ready counts for nothing', () => {
  const story = new Scenario({ server: { readiness: { ...BY_LINE, startTimeoutMs: null } } }).up().exits('server').pass(1_000_000);
  assert.equal(story.service('server').attempts, 1);
});

test('more restarts in a row than max_attempts, and it has failed', () => {
  const story = new Scenario({ server: { restart: { maxAttempts: 3, backoff: { ...STEADY, maxMs: 0 } } } }).up();
  for (let n = 0; n < 4; n++) story.exits('server');
  assert.deepEqual([story.stateOf('server'), story.spawns('server')], ['failed', 4]);
  assert.match(story.why('server'), /^exit 1; 3 restarts in a row did not help \(restart\.max_attempts\); next try in 10m$/);
});

test('more crashes than max_crashes within the window, and it has failed, though each run was stable', () => {
  const restart = { maxCrashes: 2, windowMs: 60_000, stableAfterMs: 1 };
  const story = new Scenario({ server: { restart } }).up();
  for (let n = 0; n < 3; n++) story.pass(10_000).exits('server');
  assert.match(story.why('server'), /3 crashes within 60s \(restart\.max_crashes\)/);
});

test('crashes that are older than the window do not count', () => {
  const restart = { maxCrashes: 2, windowMs: 60_000, stableAfterMs: 1 };
  const story = new Scenario({ server: { restart } }).up();
  for (let n = 0; n < 20; n++) story.pass(30_000).exits('server');
  assert.equal(story.stateOf('server'), 'ready');
});

test('unlimited means unlimited', () => {
  const restart = { maxAttempts: null, maxCrashes: null, backoff: { ...STEADY, maxMs: 0 } };
  const story = new Scenario({ server: { restart } }).up();
  for (let n = 0; n < 1_000; n++) story.exits('server');
  assert.equal(story.stateOf('server'), 'ready');
});

test('after retry_after it is tried again with fresh counts', () => {
  const story = new Scenario({ server: { restart: { maxAttempts: 1 } } }).up().exits('server').exits('server');
  assert.equal(story.waits('server'), 600_000);
  story.pass(600_000);
  assert.deepEqual([story.stateOf('server'), story.service('server').attempts], ['ready', 0]);
});

test('retry_after: never stays failed', () => {
  const story = new Scenario({ server: { restart: { maxAttempts: 1, retryAfterMs: null } } }).up().exits('server').exits('server');
  assert.deepEqual([story.pass(1_000_000_000).stateOf('server'), story.waits('server')], ['failed', null]);
});

test('start and restart bring a failed service back with fresh counts', () => {
  for (const bring of ['up', 'restart'] as const) {
    const story = new Scenario({ server: { restart: { maxAttempts: 1 } } }).up().exits('server').exits('server');
    story[bring]('server');
    assert.deepEqual([story.stateOf('server'), story.service('server').attempts], ['ready', 0], bring);
  }
});

test('policy never: an end is final', () => {
  const story = new Scenario({ server: { restart: { policy: 'never' } } }).up().exits('server', 3).pass(1_000_000);
  assert.deepEqual([story.stateOf('server'), story.why('server')], ['failed', 'exit 3']);
});

test('policy on-failure: a clean exit completes, another one restarts', () => {
  const clean = new Scenario({ server: { restart: { policy: 'on-failure' } } }).up().exits('server', 0);
  assert.equal(clean.stateOf('server'), 'completed');
  const failed = new Scenario({ server: { restart: { policy: 'on-failure' } } }).up().exits('server', 1);
  assert.equal(failed.stateOf('server'), 'ready');
});

test('policy always: a clean exit of a service is healed too', () => {
  assert.equal(new Scenario({ server: {} }).up().exits('server', 0).stateOf('server'), 'ready');
});

test('success_exit may name codes and signals', () => {
  for (const how of [3, 'SIGUSR1'] as const) {
    const story = new Scenario({ job: { type: 'job', successExit: [0, 3, 'SIGUSR1'] } }).up().exits('job', how);
    assert.equal(story.stateOf('job'), 'completed', String(how));
  }
});

test('a job runs once', () => {
  const story = new Scenario({ job: { type: 'job' } }).up().exits('job', 0).pass(1_000_000);
  assert.deepEqual([story.stateOf('job'), story.spawns('job')], ['completed', 1]);
});

test('a job that is asked for by name runs again, one that others need does not', () => {
  const story = new Scenario({ job: { type: 'job' }, web: { dependsOn: { job: { condition: 'completed' } } } }).up().exits('job', 0);
  assert.equal(story.stop('web').up('web').spawns('job'), 1);
  assert.equal(story.up('job').spawns('job'), 2);
});

test('a run that was killed while omniroute was dead is lost, started again and not counted', () => {
  const story = new Scenario({ server: {} });
  story.send({ type: 'run-recovered', recorded: recorded({ alive: false }) });
  assert.deepEqual([story.stateOf('server'), story.lastCause('server'), story.service('server').attempts], ['ready', 'lost', 0]);
});

test('a job that was lost is not run twice without being asked', () => {
  const story = new Scenario({ server: { type: 'job' } });
  story.send({ type: 'run-recovered', recorded: recorded({ alive: false }) });
  assert.deepEqual([story.stateOf('server'), story.spawns('server')], ['failed', 0]);
});

test('a job that was lost with all the rest runs again, as the others that begin anew', () => {
  const story = new Scenario({ server: { type: 'job' } });
  story.send({ type: 'run-recovered', recorded: recorded({ alive: false, startsAnew: true }) });
  assert.deepEqual([story.spawns('server'), story.lastCause('server')], [1, 'lost']);
});

test('the end of a run that was taken over is seen, but its status is not: unknown, not lost', () => {
  const story = new Scenario({ server: {} }).send({ type: 'run-recovered', recorded: recorded({}) });
  story.send({ type: 'process-exited', service: 'server', run: 4, exit: null });
  assert.deepEqual([story.stateOf('server'), story.lastCause('server'), story.service('server').attempts], ['ready', 'unknown', 0]);
});

test('a job that was taken over is not run twice either, and says why', () => {
  const story = new Scenario({ server: { type: 'job' } }).send({ type: 'run-recovered', recorded: recorded({ wasReady: false }) });
  story.send({ type: 'process-exited', service: 'server', run: 4, exit: null });
  const { phase } = story.service('server');
  assert.match(phase.type === 'failed' ? phase.reason : phase.type, /an earlier omniroute had started it/);
});

test('a run that outlived omniroute keeps its pid, number and readiness', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } });
  story.send({ type: 'run-recovered', recorded: recorded({ wasReady: true }) });
  const { pid, run, state } = story.show('server');
  assert.deepEqual([pid, run, state, story.spawns('server')], [77, 4, 'ready', 0]);
});

test('a run that outlived omniroute and is not what the file asks for now is restarted', () => {
  const story = new Scenario({ server: {} });
  story.send({ type: 'run-recovered', recorded: recorded({ sameProcess: false }) });
  assert.deepEqual([story.lastCause('server'), story.run('server')], ['config-reload', 5]);
});

test('a run that outlived omniroute and is disabled by now is stopped, and waits until somebody enables it', () => {
  const byFile = new Scenario({ server: { enabled: false } });
  const byHand = new Scenario({ server: {} }).send({ type: 'disable-requested', services: ['server'], actor: 'cli' });
  for (const story of [byFile, byHand]) {
    story.send({ type: 'run-recovered', recorded: recorded({}) });
    assert.deepEqual([story.signals('server'), story.stateOf('server'), story.spawns('server')], [['SIGTERM'], 'waiting', 0]);
  }
  const enabled = new Scenario({ server: { enabled: false } }).send({ type: 'enable-requested', services: ['server'], actor: 'cli' });
  assert.equal(enabled.send({ type: 'run-recovered', recorded: recorded({}) }).stateOf('server'), 'ready');
});

test('where all is about to be stopped, nothing is started in place of what ended meanwhile, or is not what the file asks for', () => {
  for (const given of [{ alive: false }, { sameProcess: false }]) {
    const story = new Scenario({ server: {} })
      .send({ type: 'run-recovered', recorded: recorded({ ...given, isWanted: false }) })
      .pass(1_000);
    assert.equal(story.spawns('server'), 0);
    story.send({ type: 'down-requested', gracePeriodMs: null });
    assert.deepEqual([story.stateOf('server'), story.spawns('server')], ['stopped', 0]);
  }
});

test('a run of a service that the file no longer has is stopped and forgotten', () => {
  const story = new Scenario({ server: {} });
  story.send({ type: 'run-recovered', recorded: { ...recorded({}), service: 'gone', fallback: sampleSpec('gone') } });
  assert.deepEqual([story.signals('gone'), [...story.state.services.keys()]], [['SIGTERM'], ['server']]);
});

test('what rested for the omniroute before goes on resting, until it is asked for or its time to try again comes', () => {
  const rests = (phase: Rest['phase']) => ({
    ...{ type: 'rest-recovered' as const, service: 'server' },
    rest: { phase, restarts: 3, ignoresDependencies: false },
  });
  const gaveUp = rests({ type: 'failed', reason: 'exit 3', retryAtMs: null });
  const story = new Scenario({ server: {} }).send(gaveUp).pass(1_000_000);
  assert.deepEqual(
    [story.stateOf('server'), story.why('server'), story.show('server').restarts, story.spawns('server')],
    ['failed', 'exit 3', 3, 0],
  );
  assert.equal(story.up().stateOf('server'), 'ready');
  const patient = new Scenario({ server: {} });
  patient.send(rests({ type: 'failed', reason: 'exit 3', retryAtMs: patient.nowMs + 60_000 })).pass(59_999);
  assert.deepEqual([patient.spawns('server'), patient.pass(1).spawns('server')], [0, 1]);
  const job = new Scenario({ server: { type: 'job' } }).send(rests({ type: 'completed' }));
  job.send({ type: 'start-requested', services: ['server'], withDependencies: true, again: false });
  assert.deepEqual([job.stateOf('server'), job.spawns('server')], ['completed', 0]);
});

test('what ended for the omniroute before goes on to say why, unless it has run since', () => {
  const end = { run: 2, cause: { type: 'exit', code: 3 } as const, exit: null, atMs: 0, uptimeMs: 5, lastLine: 'no luck' };
  const said = { type: 'end-recovered', service: 'server', end, downFor: { type: 'user', actor: 'top' } } as const;
  const story = new Scenario({ server: {} }).send(said);
  assert.deepEqual([story.why('server'), story.show('server').lastEnd?.lastLine], ['asked by top', 'no luck']);
  assert.deepEqual([story.up().stateOf('server'), story.why('server')], ['ready', '-']);
  const later = story.stop('server').send(said);
  assert.deepEqual([later.why('server'), later.show('server').lastEnd?.run], ['asked by cli', 1]);
  const wanted = new Scenario({ server: {} }).up().send(said);
  assert.deepEqual([wanted.stateOf('server'), wanted.show('server').lastEnd?.run], ['ready', 2]);
});

test('what is wanted since the omniroute before starts, and what it depends on stays as it was', () => {
  const story = new Scenario({ db: {}, web: { dependsOn: { db: { condition: 'ready' } } } });
  story.send({ type: 'wish-recovered', service: 'web', ignoresDependencies: false });
  assert.deepEqual(story.states(), { db: 'stopped', web: 'waiting' });
  const bold = new Scenario({ db: {}, web: { dependsOn: { db: { condition: 'ready' } } } });
  assert.deepEqual(bold.send({ type: 'wish-recovered', service: 'web', ignoresDependencies: true }).states(), {
    db: 'stopped',
    web: 'ready',
  });
});

test('paths of a service that was taken over are watched again, whether or not it has a process', () => {
  const watch = { paths: ['/src'], ignore: [], action: { type: 'restart' as const } };
  const story = new Scenario({ server: { watch } }).send({ type: 'run-recovered', recorded: recorded({ wasReady: true }) }).up();
  const phase = { type: 'failed' as const, reason: 'exit 3', retryAtMs: null };
  const resting = new Scenario({ server: { watch } });
  resting.send({ type: 'rest-recovered', service: 'server', rest: { phase, restarts: 0, ignoresDependencies: false } });
  assert.deepEqual(
    [story, resting].map((each) => each.ordered('watch-paths', 'server').length),
    [1, 1],
  );
});

function recorded(given: { alive?: boolean; wasReady?: boolean; sameProcess?: boolean; startsAnew?: boolean; isWanted?: boolean }) {
  const { spec } = new Scenario({ server: {} }).service('server');
  return {
    service: 'server',
    run: 4,
    pid: 77,
    alive: true,
    startedAtMs: 5,
    wasReady: true,
    restarts: 1,
    outputs: {},
    sameProcess: true,
    startsAnew: false,
    isWanted: true,
    fallback: spec,
    ...given,
  };
}
