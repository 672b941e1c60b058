// What the kernel says of a supervisor's process.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export function residentMib(pid) {
  return Number(/^Rss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))[1]) / 1024;
}

/** CPU of all its threads during this time, in percent of one core. */
export async function cpuPercent(pid, duringMs) {
  const before = cpuNs(pid);
  const fromMs = performance.now();
  await sleep(duringMs);
  return ((cpuNs(pid) - before) / 1e6 / (performance.now() - fromMs)) * 100;
}

function cpuNs(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]), 0);
}
