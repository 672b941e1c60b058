import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlannedRun, Timetable } from '../../src/daemon/timetable.ts';
import type { Schedule } from '../../src/spec.ts';
import type { Event } from '../../src/supervisor/event.ts';

const NIGHTLY: Schedule = { cron: '0 2 * * *', timezone: 'UTC', overlap: 'skip', misfire: 'run' };
const EVENING = Date.UTC(2026, 10, 23, 22);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A machine that has been up for a day when the evening begins. */
class Machine {
  wallMs = EVENING;
  monotonicMs = DAY_MS;
  readonly told: Event[] = [];
  readonly timetable: Timetable;

  constructor(recorded: readonly PlannedRun[] = []) {
    this.timetable = new Timetable({
      recorded,
      post: (event) => this.told.push(event),
      now: () => this.wallMs,
      wallOffsetMs: () => this.wallMs - this.monotonicMs,
    });
  }

  pass(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }

  plan(schedule: Schedule = NIGHTLY): void {
    this.timetable.plan('backup', schedule);
  }

  last(): Event | undefined {
    return this.told.at(-1);
  }
}

const at = (atMs: number | null): Event => ({ type: 'run-planned', service: 'backup', atMs });
const missed = (day: number): Event => ({
  type: 'run-missed',
  service: 'backup',
  when: new Date(Date.UTC(2026, 10, day, 2)).toISOString(),
});

test('the next instant is told on the monotonic clock', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan();
  assert.deepEqual(machine.told, [at(DAY_MS + 4 * HOUR_MS)]);
});

test('an instant that has come is not told twice, even where the timer was a little early', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan();
  machine.pass(4 * HOUR_MS - 1);
  machine.plan();
  assert.deepEqual(machine.last(), at(2 * DAY_MS + 4 * HOUR_MS));
});

test('time zones have summer: the same line is another instant', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan({ ...NIGHTLY, timezone: 'Asia/Tokyo' });
  assert.deepEqual(machine.last(), at(DAY_MS + 19 * HOUR_MS));
});

test('the clock is set forward over the instant: it was missed', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan();
  machine.wallMs += DAY_MS;
  machine.timetable.look();
  assert.deepEqual(machine.told.slice(1), [missed(24), at(DAY_MS + 4 * HOUR_MS)]);
});

test('an instant that came just before the machine was seen to have slept is late, not missed', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan();
  machine.wallMs += 4 * HOUR_MS - 10_000;
  machine.pass(25_000);
  machine.timetable.look();
  assert.deepEqual(machine.told.slice(1), [at(machine.monotonicMs)]);
  machine.plan();
  assert.deepEqual(machine.last(), at(machine.monotonicMs + DAY_MS - 15_000));
});

test('the clock is set back: the instant is that much further away', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan();
  machine.wallMs -= HOUR_MS;
  machine.timetable.look();
  assert.deepEqual(machine.told.slice(1), [at(DAY_MS + 5 * HOUR_MS)]);
});

test('the plan of another job is an occasion to see that the clock was set', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan();
  machine.wallMs += DAY_MS;
  machine.timetable.plan('beat', { ...NIGHTLY, cron: '* * * * *' });
  const beat: Event = { type: 'run-planned', service: 'beat', atMs: DAY_MS + 60_000 };
  assert.deepEqual(machine.told.slice(1), [beat, missed(24), at(DAY_MS + 4 * HOUR_MS)]);
});

test('a clock that NTP slews a little is no reason to plan anew', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan();
  machine.wallMs += 200;
  machine.timetable.look();
  assert.equal(machine.told.length, 1);
});

test('what was due while no omniroute ran was missed, once', (context) => {
  const dueAt = Date.UTC(2026, 10, 20, 2);
  const machine = new Machine([{ service: 'backup', cron: NIGHTLY.cron, timezone: 'UTC', dueAt }]);
  context.after(() => machine.timetable.close());
  machine.plan();
  machine.plan();
  assert.deepEqual(machine.told, [missed(20), at(DAY_MS + 4 * HOUR_MS), at(DAY_MS + 4 * HOUR_MS)]);
});

test('what another cron line had planned was not missed', (context) => {
  const machine = new Machine([{ service: 'backup', cron: '0 1 * * *', timezone: 'UTC', dueAt: Date.UTC(2026, 10, 20, 1) }]);
  context.after(() => machine.timetable.close());
  machine.plan();
  assert.deepEqual(machine.told, [at(DAY_MS + 4 * HOUR_MS)]);
});

test('state.json gets what is planned', (context) => {
  const machine = new Machine();
  context.after(() => machine.timetable.close());
  machine.plan();
  assert.deepEqual(machine.timetable.planned, [
    { service: 'backup', cron: NIGHTLY.cron, timezone: 'UTC', dueAt: Date.UTC(2026, 10, 24, 2) },
  ]);
});
