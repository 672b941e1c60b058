import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sleeps } from '../../src/daemon/sleeps.ts';

const HOUR_MS = 3_600_000;
const MORNING = Date.UTC(2026, 10, 23, 8);

/** A machine that has been up for an hour when the morning begins. */
class Machine {
  wallMs = MORNING;
  nowMs = HOUR_MS;
  bootMs = HOUR_MS;
  readonly sleeps = new Sleeps({ monotonicMs: () => this.nowMs, wallMs: () => this.wallMs, bootMs: () => this.bootMs });

  work(ms: number): void {
    this.sleeps.look();
    this.nowMs += ms;
    this.sleep(ms);
  }

  sleep(ms: number): void {
    this.wallMs += ms;
    this.bootMs += ms;
  }

  /** How long after the morning it is shown to have been. */
  shown(atMs: number): number {
    return this.sleeps.wallClock()(atMs) - MORNING;
  }
}

test('what was before a sleep is shown as when it was, what was after it too', () => {
  const machine = new Machine();
  machine.work(1_000);
  const before = machine.nowMs;
  machine.sleeps.look();
  machine.sleep(8 * HOUR_MS);
  machine.work(1_000);
  assert.equal(machine.shown(before), 1_000);
  assert.equal(machine.shown(machine.nowMs), 8 * HOUR_MS + 2_000);
});

test('of several sleeps each counts for what was before it', () => {
  const machine = new Machine();
  const instants = [1, 2, 3].map((day) => {
    machine.work(1_000);
    machine.sleeps.look();
    const { nowMs, wallMs } = machine;
    machine.sleep(day * HOUR_MS);
    machine.sleeps.look();
    return { nowMs, afterMs: wallMs - MORNING };
  });
  machine.work(1_000);
  for (const { nowMs, afterMs } of instants) assert.equal(machine.shown(nowMs), afterMs);
});

test('what is to come is shown by the clock of now', () => {
  const machine = new Machine();
  machine.sleep(HOUR_MS);
  assert.equal(machine.shown(machine.nowMs + 5_000), HOUR_MS + 5_000);
});

test('a clock that is set is no sleep: what was is as long ago as before', () => {
  const machine = new Machine();
  const before = machine.nowMs;
  machine.work(1_000);
  machine.wallMs += 24 * HOUR_MS;
  machine.work(1_000);
  assert.equal(machine.shown(before), 24 * HOUR_MS);
  machine.wallMs -= 24 * HOUR_MS;
  assert.equal(machine.shown(before), 0);
});

test('a clock that is set while the machine sleeps is told apart from the sleep', () => {
  const machine = new Machine();
  const before = machine.nowMs;
  machine.sleep(8 * HOUR_MS);
  machine.wallMs += HOUR_MS;
  assert.equal(machine.shown(before), HOUR_MS);
});
