// The wall clock is stepped by a day, forward and back, under an omniroute that runs. The clock of its process is really another one then:
// libfaketime answers for the system, and reads at each question how far off it is.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const DAY_MS = 86_400_000;
const library = findLibrary();
const clockTest = library === null ? (name: string): void => void test(name, { skip: 'there is no libfaketime' }) : projectTest;

/** Where Debian has it: below the folder of the machine's architecture. */
function findLibrary(): string | null {
  const paths = readdirSync('/usr/lib').map((folder) => join('/usr/lib', folder, 'faketime', 'libfaketime.so.1'));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** That of omniroute and of the commands. The monotonic clock is left alone. */
function setClock(project: Project, offset: string): void {
  const path = project.write(offset, 'clock');
  const fake = { LD_PRELOAD: library ?? '', FAKETIME_TIMESTAMP_FILE: path, FAKETIME_NO_CACHE: '1', DONT_FAKE_MONOTONIC: '1' };
  Object.assign(project.env, fake);
}

/** As soon as omniroute has run the job that comes every second, and so has seen the clock. */
async function untilNextBeat(project: Project): Promise<void> {
  const before = project.entries('beat', 'completed').length;
  await project.event('beat', 'completed', before + 2);
}

// What omniroute runs goes without: the library ends a program whose ancestor just gave up the semaphore that it was told to share.
const FILE = `defaults: {env: {LD_PRELOAD: ""}}
services:
  server: {command: puppet server, liveness: {exec: {command: [sh, -c, exit 0]}, period: 1s, failure_threshold: 1}}
  beat: {type: job, command: [sh, -c, exit 0], schedule: "* * * * * *"}
  caught-up: {type: job, command: [echo, done], schedule: {cron: "@daily", misfire: run}}
  let-go: {type: job, command: [echo, done], schedule: {cron: "@daily", misfire: skip}}
`;

clockTest(
  'the wall clock is stepped by a day, and back: nobody is restarted, and what was passed over is a missed run',
  async (project) => {
    project.write(FILE);
    setClock(project, '+0');
    await project.run('up', '-d');
    const server = await project.puppet('server').nextRun();
    await server.print('before\n');
    await untilNextBeat(project);
    const { pid, startedAt } = await project.waitFor('server', 'ready');
    const untouched = async (): Promise<void> => {
      const now = await project.service('server');
      assert.deepEqual([now.pid, now.run, now.restarts, now.state], [pid, 1, 0, 'ready']);
      assert.match(await project.succeed('ps'), /^server +ready +\d+ +\d+s /m, 'its uptime is that of the monotonic clock');
      assert.deepEqual(
        ['crashed', 'stopping', 'woken-late'].flatMap((type) => project.journal().filter((entry) => entry.type === type)),
        [],
      );
    };

    setClock(project, '+1d');
    const missed = await project.event('caught-up', 'schedule');
    assert.match(missed.text, /its time passed unseen \(.*T.*\): runs now/);
    assert.ok(missed.time - Date.now() > DAY_MS / 2, 'the journal shows the clock of now');
    await project.event('caught-up', 'completed');
    assert.match((await project.event('let-go', 'schedule')).text, /passed unseen .*: skipped/);
    await untouched();
    assert.ok(((await project.service('server')).startedAt ?? 0) - (startedAt ?? 0) > DAY_MS / 2, 'it started as long ago as before');
    await server.print('tomorrow\n');
    assert.match(await logged(project, 'tomorrow', '--since', '10m'), /^(?!.*before)/s);

    setClock(project, '+0');
    await untilNextBeat(project);
    await untouched();
    const { nextRunAt } = await project.service('caught-up');
    assert.ok((nextRunAt ?? Number.POSITIVE_INFINITY) - Date.now() <= DAY_MS + 3_600_000, 'midnight is the next one again');
    assert.equal(project.entries('caught-up', 'completed').length, 1);
    await server.print('today\n');
    const lines = await logged(project, 'today', '--since', '10m');
    assert.match(lines, /before.*today/s, 'what was said today is found, though lines of tomorrow are between');
    await project.succeed('restart', 'server');
    assert.equal((await project.waitFor('server', 'ready')).run, 2);
  },
);

/** What `logs server` prints, as soon as this is among it. */
function logged(project: Project, word: string, ...options: string[]): Promise<string> {
  let text = '';
  return eventually(
    () => `${word} in the log, which has:\n${text}`,
    async () => {
      text = await project.succeed('logs', 'server', ...options);
      return text.includes(word) ? text : null;
    },
  );
}
