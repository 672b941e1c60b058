import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageLog } from '../../src/web/usage-log.ts';
import { fakeService } from '../control/fake-supervision.ts';

const AT_MS = 1_700_000_000_000;
const web = (memoryBytes: number) => [fakeService('web', { cpuPercent: 5, memoryBytes })];
const history = {
  stepMs: 10_000,
  times: [AT_MS - 20_000, AT_MS - 10_000],
  services: { web: { cpuPercent: [null, 3], memoryBytes: [100, 200] } },
};

test('a chart begins with what omniroute saw before the page was opened', () => {
  const log = new UsageLog();
  log.addHistory(history);
  log.add(AT_MS, web(300));
  assert.deepEqual(log.of('web'), {
    times: [AT_MS - 20_000, AT_MS - 10_000, AT_MS].map((ms) => ms / 1000),
    cpuPercent: [null, 3, 5],
    memoryBytes: [100, 200, 300],
  });
});

test('what is known already is not taken from the history again', () => {
  const log = new UsageLog();
  log.add(AT_MS - 10_000, web(200));
  log.addHistory(history);
  assert.deepEqual(log.of('web').memoryBytes, [200]);
  log.addHistory({ ...history, times: [AT_MS - 10_000, AT_MS] });
  assert.deepEqual(log.of('web').memoryBytes, [200, 200]);
});

test('where nobody looked there is a gap, not a line', () => {
  const log = new UsageLog();
  log.add(AT_MS, web(1));
  log.add(AT_MS + 300_000, web(2));
  assert.deepEqual(log.of('web').memoryBytes, [1, null, 2]);
  assert.deepEqual(log.of('web').times, [AT_MS / 1000, AT_MS / 1000 + 1, AT_MS / 1000 + 300]);
});

test('a quarter of an hour is kept; of a service that is gone, nothing', () => {
  const log = new UsageLog();
  for (let ms = 0; ms <= 3_600_000; ms += 10_000) log.add(AT_MS + ms, web(ms));
  const { times, cpuPercent, memoryBytes } = log.of('web');
  assert.deepEqual([times.length, cpuPercent.length, memoryBytes.length], [91, 91, 91]);
  assert.equal(times[0], (AT_MS + 2_700_000) / 1000);
  log.add(AT_MS + 3_610_000, [fakeService('db')]);
  assert.deepEqual(log.of('web').times, []);
});
