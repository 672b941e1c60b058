// Jobs that run when their time comes, and services that sleep until somebody connects.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../rig/free-port.ts';
import { type Project, projectTest } from '../rig/project.ts';

projectTest('a job runs whenever its time comes, ps says when it will, and events tell how it went', async (project) => {
  project.write(
    `services:
  server: {command: puppet server}
  backup: {type: job, command: [sh, -c, 'echo saved'], schedule: "* * * * * *"}
  yearly: {type: job, command: puppet yearly, schedule: {cron: "@yearly", timezone: Europe/Berlin}}
`,
  );
  assert.equal((await project.run('up', '-d')).code, 0, 'nobody waits for the first of January');
  await project.event('backup', 'completed', 2);
  assert.deepEqual(
    project
      .entries('backup', 'schedule')
      .map(({ text }) => text)
      .slice(0, 2),
    ['its time has come', 'its time has come'],
  );
  const yearly = await project.service('yearly');
  assert.deepEqual([yearly.state, yearly.run], ['waiting', null]);
  assert.equal(new Date(yearly.nextRunAt ?? 0).toISOString().slice(4), '-12-31T23:00:00.000Z');
  assert.match(await project.succeed('ps'), /yearly +waiting .*waits for its time; next run in \d+/);
  assert.match(await project.succeed('status', 'yearly'), /schedule +@yearly, next run .*-01-01 00:00|schedule +@yearly, next run /);
});

projectTest('a job is run now by its name, and goes on by its schedule', async (project) => {
  project.write('services: {yearly: {type: job, command: [echo, done], schedule: "@yearly"}}\n');
  await project.succeed('up', '-d');
  await project.succeed('restart', 'yearly');
  await project.event('yearly', 'completed');
  const { state, nextRunAt } = await project.service('yearly');
  assert.equal(state, 'completed');
  assert.ok(nextRunAt !== null);
});

/** As if it had been due while nothing ran. */
function missTheTime(project: Project): void {
  const path = join(project.stateDir, 'state.json');
  const state = JSON.parse(readFileSync(path, 'utf8')) as { schedules: { dueAt: number }[] };
  assert.equal(state.schedules.length, 1);
  for (const planned of state.schedules) planned.dueAt = Date.UTC(2020, 0, 1);
  writeFileSync(path, JSON.stringify(state));
}

projectTest('a time that passed while omniroute was not there is caught up with at the next up', async (project) => {
  project.write('services: {yearly: {type: job, command: [echo, done], schedule: "@yearly"}}\n');
  await project.succeed('up', '-d');
  await project.succeed('down');
  missTheTime(project);
  await project.succeed('up', '-d');
  const { text } = await project.event('yearly', 'schedule');
  assert.match(text, /passed unseen \(2020-01-01T00:00:00\.000Z\): runs now/);
  await project.event('yearly', 'completed');
});

projectTest('a time is used once, though omniroute is killed the moment it has come', async (project) => {
  project.write('services: {yearly: {type: job, command: puppet yearly, schedule: "@yearly"}, server: {command: puppet server}}\n');
  await project.succeed('up', '-d');
  await project.succeed('down');
  missTheTime(project);
  const up = project.start('up', '-d');
  await project.event('yearly', 'starting');
  process.kill(Number(project.read('.omniroute/supervisor/.pid')), 'SIGKILL');
  await up.finished();
  await (await project.puppet('yearly').nextRun()).exit(0);
  assert.match((await project.run('up', '-d')).stderr, /yearly is failed: .*status unknown; next run in/);
  assert.deepEqual([project.entries('yearly', 'schedule').length, project.entries('yearly', 'starting').length], [1, 1]);
});

projectTest('an omniroute that takes over keeps to the times', async (project) => {
  project.write('services: {yearly: {type: job, command: puppet yearly, schedule: "@yearly"}, server: {command: puppet server}}\n');
  await project.succeed('up', '-d');
  await project.succeed('upgrade');
  const { state, run } = await project.service('yearly');
  assert.deepEqual([state, run], ['waiting', null], 'an upgrade is no reason to run');
});

projectTest('a service on demand starts with the first connection, which it answers', async (project) => {
  const port = await freePort();
  project.write(`services:
  web:
    command: [node, -e, 'process.title = "web"; require("http").createServer((q, r) => r.end("hello", () => setTimeout(() => process.exit(0), 10))).listen({fd: 3})']
    start: on-demand
    sockets: {http: {listen: "127.0.0.1:${port}"}}
`);
  await project.succeed('up', '-d');
  const asleep = await project.service('web');
  assert.deepEqual([asleep.state, asleep.why, asleep.pid], ['waiting', 'sleeps until a connection arrives', null]);
  for (let visit = 1; visit <= 2; visit++) {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    assert.equal(await answer.text(), 'hello');
    await project.event('web', 'exited', visit);
  }
  const { restarts, attempt, state } = await project.service('web');
  assert.deepEqual([state, attempt], ['waiting', 0]);
  assert.equal(restarts, 0, 'who sleeps and wakes has not been restarted');
  await project.succeed('stop', 'web');
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`), 'nobody listens for a service that is not wanted');
});
