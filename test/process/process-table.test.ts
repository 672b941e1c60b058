import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageMs, listProcesses, nowTicks, readProcess } from '../../src/process/process-table.ts';
import { listByPs } from '../../src/process/process-table-ps.ts';
import { Rig } from './rig.ts';

test('every process is listed once, this one with its parent', () => {
  const rows = listProcesses();
  assert.equal(new Set(rows.map(({ pid }) => pid)).size, rows.length);
  const self = rows.find(({ pid }) => pid === process.pid);
  assert.equal(self?.parent, process.ppid);
  assert.ok((self?.rssBytes ?? 0) > 1024 * 1024);
});

test('a look at all processes leaves out threads of the kernel, and no process that could be ours', async (context) => {
  const { identity } = await new Rig(context).script('exec sleep 1000');
  const rows = listProcesses();
  assert.ok(rows.some(({ pid, startTime }) => pid === identity.pid && startTime === identity.startTime));
  assert.ok(!rows.some(({ kernelThread, parent }) => kernelThread && parent === 2));
});

test('ps tells the same of a process as /proc does', async (context) => {
  const { identity } = await new Rig(context).script('exec sleep 1000');
  const [row] = listByPs(identity.pid);
  const { parent, group, dead } = readProcess(identity.pid) ?? {};
  assert.deepEqual({ parent: row?.parent, group: row?.group, dead: row?.dead }, { parent, group, dead });
  assert.ok(Math.abs((row?.startTime ?? 0) * 1000 - Date.now()) < 60 * 60 * 1000);
  assert.ok(listByPs(null).length > 1);
  assert.deepEqual(listByPs(0x7ffffffe), []);
});

test('who was started before is older, and nobody is younger than just born', async (context) => {
  const { identity } = await new Rig(context).script('exec sleep 1000');
  const self = readProcess(process.pid) ?? assert.fail('this process is there');
  assert.ok(ageMs(self) >= ageMs(identity));
  assert.equal(ageMs({ startTime: nowTicks() + 1_000_000 }), 0, 'where another clock is shown in /proc/uptime');
});
