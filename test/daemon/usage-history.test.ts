import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEP_MS, type Usage, UsageHistory } from '../../src/daemon/usage-history.ts';

const WALL_MS = 1_700_000_000_000;

/** One sample a step; `usages` by the number of the step. */
function filled(steps: number, usages: (step: number) => Readonly<Record<string, Usage>>): UsageHistory {
  const history = new UsageHistory();
  for (let step = 0; step < steps; step++)
    history.add(new Map(Object.entries(usages(step))), { nowMs: step * STEP_MS, wallMs: WALL_MS + step * STEP_MS });
  return history;
}

test('nothing is there before the first sample', () => {
  assert.deepEqual(new UsageHistory().show(), { stepMs: STEP_MS, times: [], services: {} });
});

test('samples come back in order, with null where there is nothing to tell', () => {
  const history = filled(3, (step) => ({
    web: { cpuPercent: step === 0 ? null : 12.34, rssBytes: 1000 + step },
    ...(step === 1 ? { db: { cpuPercent: 1, rssBytes: 4_294_967_296 } } : {}),
  }));
  assert.deepEqual(history.show(), {
    stepMs: STEP_MS,
    times: [WALL_MS, WALL_MS + STEP_MS, WALL_MS + 2 * STEP_MS],
    services: {
      web: { cpuPercent: [null, 12.3, 12.3], memoryBytes: [1000, 1001, 1002] },
      db: { cpuPercent: [null, 1, null], memoryBytes: [null, 4_294_967_296, null] },
    },
  });
});

test('a quarter of an hour is kept, and a service that is gone for all of it is forgotten', () => {
  const { times, services } = filled(200, (step) => ({
    web: { cpuPercent: 1, rssBytes: step },
    ...(step < 100 ? { gone: { cpuPercent: 1, rssBytes: 1 } } : {}),
  })).show();
  assert.deepEqual([times.length, times[0], times.at(-1)], [90, WALL_MS + 110 * STEP_MS, WALL_MS + 199 * STEP_MS]);
  assert.deepEqual(Object.keys(services), ['web']);
  assert.deepEqual(services['web']?.memoryBytes.slice(-2), [198, 199]);
  assert.ok(times.length * STEP_MS >= 15 * 60_000);
});

test('a sample is due a step after the one before, whoever took that', () => {
  const history = filled(1, () => ({ web: { cpuPercent: 1, rssBytes: 1 } }));
  assert.ok(new UsageHistory().isDue(0));
  assert.deepEqual([history.isDue(STEP_MS / 2), history.isDue(STEP_MS - 1), history.isDue(STEP_MS)], [false, true, true]);
});

test('500 services take less than half a megabyte', () => {
  const usages = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`service-${n}`, { cpuPercent: 1, rssBytes: 1 }]));
  const before = process.memoryUsage().arrayBuffers;
  const history = filled(1, () => usages);
  const bytes = process.memoryUsage().arrayBuffers - before;
  assert.equal(Object.keys(history.show().services).length, 500);
  assert.ok(bytes < 500_000, `${bytes} bytes`);
});
