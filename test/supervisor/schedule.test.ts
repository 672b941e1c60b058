import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schedule } from '../../src/spec.ts';
import { BY_LINE, type Given } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const HOUR_MS = 3_600_000;
const nightly = (given: Partial<Schedule> = {}, more: Given = {}): Given => ({
  type: 'job',
  schedule: { cron: '0 2 * * *', timezone: null, overlap: 'skip', misfire: 'run', ...given },
  ...more,
});

/** As the daemon does it: every plan that was ordered is answered with an instant an hour away. */
class Nights extends Scenario {
  plan(service = 'backup'): this {
    return this.send({ type: 'run-planned', service, atMs: this.nowMs + HOUR_MS });
  }

  override up(...services: string[]): this {
    const names = services.length > 0 ? services : [...this.state.services.keys()];
    return this.send({ type: 'start-requested', services: names, withDependencies: true, again: false }).plan();
  }

  /** Its time comes. */
  strike(): this {
    return this.pass(HOUR_MS).plan();
  }

  skipped(): string[] {
    return this.entries('schedule', 'backup')
      .map(({ text }) => text)
      .filter((text) => text.startsWith('skipped'));
  }
}

test('a job with a schedule does not run at up, and says when it will', () => {
  const story = new Nights({ backup: nightly() }).up();
  assert.deepEqual([story.stateOf('backup'), story.spawns('backup')], ['waiting', 0]);
  assert.equal(story.why('backup'), 'waits for its time; next run in 1h');
  assert.equal(story.show('backup').nextRunAt, story.nowMs + HOUR_MS);
  assert.equal(story.show('backup', -1).nextRunAt, story.nowMs + HOUR_MS, 'whatever the clocks make of it, it is a whole second');
});

test('its time comes again and again, and each time it runs once', () => {
  const story = new Nights({ backup: nightly() }).up();
  for (let night = 1; night <= 3; night++) {
    story.strike();
    assert.deepEqual([story.run('backup'), story.spawns('backup')], [night, night]);
    story.exits('backup', 0);
    assert.deepEqual([story.stateOf('backup'), story.why('backup')], ['completed', 'next run in 1h']);
  }
});

test('skip: its time comes while the run before goes on', () => {
  const story = new Nights({ backup: nightly() }).up().strike().strike();
  assert.deepEqual(story.skipped(), ['skipped: run 1 goes on']);
  assert.equal(story.exits('backup', 0).stateOf('backup'), 'completed');
});

test('queue: another run follows at once, one however often its time came', () => {
  const story = new Nights({ backup: nightly({ overlap: 'queue' }) }).up().strike().strike().strike().exits('backup', 0);
  assert.deepEqual([story.run('backup'), story.stateOf('backup')], [2, 'ready']);
  assert.deepEqual([story.exits('backup', 0).run('backup'), story.stateOf('backup')], [2, 'completed']);
});

test('replace: the run that goes on is ended, and the next one begins', () => {
  const story = new Nights({ backup: nightly({ overlap: 'replace' }) }).up().strike().strike();
  assert.deepEqual([story.signals('backup'), story.run('backup'), story.lastCause('backup')], [['SIGTERM'], 2, 'schedule']);
});

test('a run that fails has its retries, and gives up until its time comes again', () => {
  const restart = { policy: 'on-failure', maxAttempts: 1, retryAfterMs: null } as const;
  const story = new Nights({ backup: nightly({}, { restart }) }).up().strike().exits('backup', 1);
  assert.equal(story.run('backup'), 2, 'the first retry is immediate');
  story.exits('backup', 1);
  assert.deepEqual([story.stateOf('backup'), story.run('backup')], ['failed', 2]);
  assert.match(story.why('backup'), /exit 1.*next run in 1h/);
  assert.deepEqual([story.strike().run('backup'), story.stateOf('backup')], [3, 'ready']);
});

test('its time comes while it still waits for what it depends on: it runs once', () => {
  const story = new Nights({ db: { readiness: BY_LINE }, backup: nightly({}, { dependsOn: { db: { condition: 'ready' } } }) }).up();
  story.strike();
  assert.match(story.why('backup'), /waits for db/);
  story.strike();
  assert.equal(story.skipped().length, 1);
  story.says('db');
  assert.deepEqual([story.run('backup'), story.stateOf('backup')], [1, 'ready']);
});

test('asked for by name it runs at once, and keeps its times', () => {
  const story = new Nights({ backup: nightly() }).up();
  story.send({ type: 'start-requested', services: ['backup'], withDependencies: true, again: true });
  assert.equal(story.stateOf('backup'), 'ready');
  assert.equal(story.exits('backup', 0).stateOf('backup'), 'completed');
  assert.equal(story.strike().run('backup'), 2);
  assert.equal(story.exits('backup', 0).restart('backup').run('backup'), 3);
});

test('a time that passed unseen is caught up with, or not, as the file says', () => {
  const missed = { type: 'run-missed', service: 'backup', when: 'at night' } as const;
  assert.equal(new Nights({ backup: nightly() }).up().send(missed).run('backup'), 1);
  const story = new Nights({ backup: nightly({ misfire: 'skip' }) }).up().send(missed);
  assert.equal(story.run('backup'), 0);
  assert.match(story.entries('schedule')[0]?.text ?? '', /passed unseen \(at night\): skipped/);
});

test('stopped, or disabled, it lets its times pass', () => {
  const stopped = new Nights({ backup: nightly() })
    .up()
    .stop('backup')
    .pass(10 * HOUR_MS);
  assert.deepEqual([stopped.stateOf('backup'), stopped.spawns('backup')], ['stopped', 0]);
  const disabled = new Nights({ backup: nightly() })
    .up()
    .send({ type: 'disable-requested', services: ['backup'], actor: 'cli' })
    .strike();
  assert.deepEqual([disabled.spawns('backup'), disabled.skipped()], [0, ['skipped: disabled by cli']]);
  disabled.send({ type: 'enable-requested', services: ['backup'], actor: 'cli' });
  assert.equal(disabled.spawns('backup'), 0, 'enabled again, it waits for its time');
  assert.equal(disabled.strike().spawns('backup'), 1);
});

test('another cron line touches no run that goes on, and plans anew', () => {
  const story = new Nights({ backup: nightly() }).up().strike().freshPage();
  story.load({ backup: nightly({ cron: '0 3 * * *' }) });
  assert.deepEqual([story.stateOf('backup'), story.ordered('plan-run').map(({ schedule }) => schedule.cron)], ['ready', ['0 3 * * *']]);
  story.plan().exits('backup', 0);
  assert.equal(story.strike().run('backup'), 2);
});

test('a run that outlived omniroute goes on; one that ended meanwhile is not run again before its time', () => {
  const recorded = (alive: boolean) =>
    ({
      service: 'backup',
      run: 4,
      pid: 99,
      alive,
      startedAtMs: 1,
      wasReady: true,
      restarts: 0,
      outputs: {},
      sameProcess: true,
      startsAnew: !alive,
      isWanted: true,
      fallback: null as never,
    }) as const;
  const living = new Nights({ backup: nightly() }).send({ type: 'run-recovered', recorded: recorded(true) }).up();
  assert.deepEqual([living.stateOf('backup'), living.spawns('backup')], ['ready', 0]);
  const lost = new Nights({ backup: nightly() }).send({ type: 'run-recovered', recorded: recorded(false) }).up();
  assert.deepEqual([lost.spawns('backup'), lost.strike().run('backup')], [0, 5]);
});

const onDemand: Given = {
  start: 'on-demand',
  sockets: [{ name: 'http', address: { type: 'tcp', host: '127.0.0.1', port: 80 } }],
};

test('on demand: it sleeps until a connection arrives, and again after a clean exit', () => {
  const story = new Scenario({ web: onDemand }).send({ type: 'start-requested', services: ['web'], withDependencies: true, again: false });
  assert.deepEqual(
    [story.stateOf('web'), story.why('web'), story.ordered('await-demand').length],
    ['waiting', 'sleeps until a connection arrives', 1],
  );
  assert.equal(story.send({ type: 'demand-arrived', service: 'web' }).stateOf('web'), 'ready');
  assert.deepEqual([story.exits('web', 0).stateOf('web'), story.ordered('await-demand').length], ['waiting', 2]);
  assert.equal(story.send({ type: 'demand-arrived', service: 'web' }).run('web'), 2);
});

test('on demand: a crash is a crash, and restarts without waiting for anybody', () => {
  const story = new Scenario({ web: onDemand }).send({ type: 'start-requested', services: ['web'], withDependencies: true, again: false });
  story.send({ type: 'demand-arrived', service: 'web' }).exits('web', 1);
  assert.deepEqual([story.stateOf('web'), story.run('web'), story.service('web').attempts], ['ready', 2, 1]);
});
