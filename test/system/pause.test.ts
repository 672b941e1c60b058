// All stand still for a while and go on, as in a virtual machine or a container that is paused: no time that passed meanwhile is held against
// a service. (A machine that sleeps stops the monotonic clock too, and then nothing has passed at all.)
import assert from 'node:assert/strict';
import type { ProjectSnapshot } from '../../src/supervisor/snapshot.ts';
import { projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

/** Longer than everything that the file below allows, and so late that it is no matter of a busy machine. */
const PAUSE_MS = 5_000;

const NODE_FD = `const { writeSync, existsSync } = require('node:fs');
const fd = Number(process.env.NOTIFY_FD);
setInterval(() => existsSync('silent') || writeSync(fd, '\\n'), 50);
`;

const FILE = `services:
  speaks: {command: [node, speaks.cjs], readiness: {notify: fd}, watchdog: 2s}
  asked: {command: puppet asked, liveness: {exec: {command: [sh, -c, "exit 0"]}, period: 250ms, timeout: 2s, failure_threshold: 1}}
  begins: {command: puppet begins, readiness: {log: {match: go}, start_timeout: 3s}, depends_on: [speaks, asked]}
`;

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) process.kill(pid, signal);
}

/** Omniroute stands still first and goes on first: the worst for those who have something to say. */
async function pause({ pid, services }: ProjectSnapshot): Promise<void> {
  const groups = services.flatMap((service) => (service.pid === null ? [] : [-service.pid]));
  signalAll([pid, ...groups], 'SIGSTOP');
  const overAtMs = performance.now() + PAUSE_MS;
  await eventually(
    () => 'the pause to be over',
    () => performance.now() > overAtMs || null,
  );
  signalAll([pid, ...groups], 'SIGCONT');
}

projectTest('after a pause of all processes nobody is restarted for what passed meanwhile', async (project) => {
  project.write(NODE_FD, 'speaks.cjs');
  project.write(FILE);
  const up = project.start('up', '-d');
  const begins = await project.puppet('begins').nextRun();
  // From its start to the pause its time runs: one command, also on a busy machine.
  const before = await project.snapshot();
  await pause(before);
  assert.match((await project.event(null, 'woken-late')).text, /nobody was awake for up to \d/);
  await begins.print('go\n');
  await project.waitFor('begins', 'ready');
  assert.equal((await up.finished()).code, 0);
  const { services } = await project.snapshot();
  assert.deepEqual(
    services.map(({ name, pid, run }) => [name, pid, run]),
    before.services.map(({ name, pid, run }) => [name, pid, run]),
  );
  assert.deepEqual(
    services.map(({ state }) => state),
    ['ready', 'ready', 'ready'],
  );
  assert.deepEqual(
    project.journal().filter(({ type }) => type === 'stopping' || type === 'crashed'),
    [],
  );
  project.write('', 'silent');
  assert.match((await project.event('speaks', 'crashed')).text, /silent for 2s/, 'real silence is heard as before');
});
