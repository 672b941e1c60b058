// The journal of causes as people and programs ask for it: while omniroute runs, and when it does not.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEntry } from '../../src/control/protocol.ts';
import { type Project, projectTest } from '../rig/project.ts';

const FILE =
  'services: {server: {command: puppet server}, w: {command: puppet w, instances: 2}, idle: {command: puppet idle, enabled: false}}';

async function eventsOf(project: Project, ...words: string[]): Promise<RecordedEntry[]> {
  const lines = (await project.succeed('events', '--json', ...words)).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as RecordedEntry);
}

const seqsOf = (entries: readonly RecordedEntry[]): number[] => entries.map(({ seq }) => seq);

projectTest('where nothing runs, events prints the journal that is left, and says that nothing runs', async (project) => {
  project.write(FILE);
  await project.succeed('up', '-d');
  await project.succeed('down');
  const { code, stdout, stderr } = await project.run('events');
  assert.equal(code, 0);
  assert.match(stdout, /omniroute +supervisor-started[^]*server +starting[^]*server +stopped[^]*supervisor-stopped.*\n$/);
  assert.match(stderr, /^project is not running: this is the journal up to its end\n$/);
  assert.deepEqual(seqsOf(await eventsOf(project)), seqsOf(project.journal()));
  assert.deepEqual(
    (await eventsOf(project, '-n', '1')).map(({ type }) => type),
    ['supervisor-stopped'],
  );
  assert.deepEqual(new Set((await eventsOf(project, 'w', '--since', '1h')).map(({ service }) => service)), new Set(['w:1', 'w:2']));
  assert.deepEqual(await eventsOf(project, 'idle', '-n', '0'), []);
  assert.match(await project.fail(5, 'events', 'sever'), /no service is named "sever" — did you mean `server`\?/);
  assert.equal((await project.run('events', '-q')).stderr, '');
});

projectTest('where nothing runs there is nothing to follow, which is said after what there is', async (project) => {
  project.write(FILE);
  await project.succeed('up', '-d');
  await project.succeed('down');
  const { code, stdout, stderr } = await project.run('events', '-f', '-n', '1');
  assert.equal(code, 3);
  assert.match(stdout, /^.* omniroute +supervisor-stopped .*\n$/);
  assert.match(stderr, /^omniroute: project is not running: there is nothing to follow\nstart it with `omniroute up -d`/);
});

projectTest('what was before this omniroute is told before what it did itself, once and in order', async (project) => {
  project.write(FILE);
  await project.succeed('up', '-d');
  await project.succeed('down');
  const { length: before } = project.journal();
  await project.succeed('up', '-d');
  const all = await eventsOf(project);
  assert.ok(all.length > before);
  assert.deepEqual(seqsOf(all), seqsOf(project.journal()));
  assert.deepEqual(seqsOf(await eventsOf(project, '-n', String(all.length - before + 2))), seqsOf(all).slice(before - 2));
  assert.deepEqual(await eventsOf(project, '--since', '2100-01-01'), []);
  assert.deepEqual(
    (await eventsOf(project, 'server', '-n', '2')).map(({ service, type }) => [service, type]),
    [
      ['server', 'starting'],
      ['server', 'ready'],
    ],
  );
  assert.match(await project.fail(5, 'events', 'sever'), /did you mean `server`/);
  // As where the disk was full: what it did itself it has in memory.
  rmSync(join(project.stateDir, 'supervisor', 'events'));
  assert.deepEqual(seqsOf(await eventsOf(project)), seqsOf(all).slice(before));
});

projectTest('events -f of a service goes on with what happens to it alone', async (project) => {
  project.write(FILE);
  await project.succeed('up', '-d');
  const follow = project.start('events', '-f', '-n', '1', 'server', '--json');
  // From there on it hears everything.
  const [last] = await follow.printed(/.*"ready".*\n/);
  await project.succeed('restart', 'w:1', 'server');
  await follow.printed(/"ready"[^]*"ready"/);
  await project.succeed('down');
  const { code, stdout } = await follow.finished();
  assert.equal(code, 0);
  const heard = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedEntry);
  const { seq } = JSON.parse(last) as RecordedEntry;
  const happened = project.journal().filter((entry) => entry.seq >= seq && entry.service === 'server');
  assert.deepEqual(seqsOf(heard), seqsOf(happened));
});
