// However an editor saves, the project is reloaded exactly once, and only what changed is touched.
import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readPassing } from '../rig/passing-file.ts';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

function textOf(value: number): string {
  return `services:\n  changed: {command: puppet changed, env: {VALUE: "${value}"}}\n  untouched: {command: puppet untouched}\n`;
}

/** Ways of saving; a round trip to omniroute in the middle gives it every chance to see the half-done save. */
const SAVES: Readonly<Record<string, (project: Project, text: string) => Promise<void>>> = {
  'in place': async (project, text) => void project.write(text),
  'by a temporary file and a rename': async (project, text) => renameSync(project.write(text, '.omniroute.yaml.tmp-1'), project.file),
  'as vim does, by moving the old file away': async (project, text) => {
    writeFileSync(join(project.dir, '4913'), '');
    rmSync(join(project.dir, '4913'));
    renameSync(project.file, `${project.file}~`);
    project.write(text);
    rmSync(`${project.file}~`);
  },
  'by truncating it and writing later': async (project, text) => {
    const file = openSync(project.file, 'w');
    await project.snapshot();
    writeSync(file, text);
    closeSync(file);
  },
  'by deleting it and creating it again': async (project, text) => {
    rmSync(project.file);
    await project.succeed('ps', '--file', project.file);
    project.write(text);
  },
  'by pointing a symlink to another file': async (project, text) => {
    project.write(text, 'versions/next.yaml');
    symlinkSync('versions/next.yaml', `${project.file}.link`);
    renameSync(`${project.file}.link`, project.file);
  },
};

for (const [style, save] of Object.entries(SAVES)) {
  projectTest(`a save ${style} is one reload, which restarts only what changed`, async (project) => {
    project.write(textOf(1));
    await project.succeed('up', '-d');
    const untouched = await project.puppet('untouched').nextRun();
    await project.puppet('changed').nextRun();
    await save(project, textOf(2));
    const second = await project.puppet('changed').nextRun();
    assert.deepEqual([second.run, second.hello.env['VALUE']], [2, '2']);
    // A save of another kind behind it: whatever the first one still had to bring about has come before its reload.
    renameSync(project.write(textOf(3), 'next.tmp'), project.file);
    const third = await project.puppet('changed').nextRun();
    assert.deepEqual([third.run, third.hello.env['VALUE']], [3, '3']);
    assert.deepEqual([project.entries(null, 'reloaded').length, project.entries(null, 'config-invalid').length], [2, 0]);
    const { generation, services } = await project.snapshot();
    assert.equal(generation, 3);
    assert.equal(services.find(({ name }) => name === 'untouched')?.pid, untouched.pid);
  });
}

projectTest('what can be applied to a running process is applied without a new one', async (project) => {
  project.write('services: {server: {command: puppet server, stop: {grace_period: 1h}}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  await run.trap('SIGTERM');
  project.write('services: {server: {command: puppet server, description: patient no more, stop: {grace_period: 50ms}}}');
  const { text } = await project.event(null, 'reloaded');
  assert.match(text, /live server \(.*stop/);
  const { pid, description } = await project.service('server');
  assert.deepEqual([pid, description], [run.pid, 'patient no more']);
  await project.succeed('down');
  assert.ok(!run.alive, 'the new grace period counts');
});

projectTest('services come and go with the file', async (project) => {
  project.write('services: {a: {command: puppet a}, b: {command: puppet b}}');
  await project.succeed('up', '-d');
  const [a, b] = [await project.puppet('a').nextRun(), await project.puppet('b').nextRun()];
  project.write('services: {b: {command: puppet b}, c: {command: puppet c}}');
  const c = await project.puppet('c').nextRun();
  await a.ended;
  const { services } = await project.snapshot();
  assert.deepEqual(
    services.filter(({ name }) => name !== 'a').map(({ name, pid }) => [name, pid]),
    [
      ['b', b.pid],
      ['c', c.pid],
    ],
  );
});

projectTest('comments, order and spaces are no change', async (project) => {
  project.write('services: {a: {command: puppet a, env: {X: "1", Y: "2"}}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('a').nextRun();
  project.write('# a comment\n\nservices:\n  a:\n    env: {Y: "2", X: "1"}\n    command: [puppet, a]\n');
  assert.match((await project.run('reload')).stderr, /nothing changed/);
  assert.equal((await project.service('a')).pid, run.pid);
});

projectTest('a change of an included file or of an env file counts', async (project) => {
  project.write('include: [./more.yaml]\nservices: {a: {command: puppet a, env_file: .env}}');
  project.write('services: {b: {command: puppet b, env: {VALUE: "1"}}}', 'more.yaml');
  project.write('VALUE=1\n', '.env');
  await project.succeed('up', '-d');
  await project.puppet('a').nextRun();
  await project.puppet('b').nextRun();
  project.write('VALUE=2\n', '.env');
  assert.equal((await project.puppet('a').nextRun()).hello.env['VALUE'], '2');
  project.write('services: {b: {command: puppet b, env: {VALUE: "2"}}}', 'more.yaml');
  assert.equal((await project.puppet('b').nextRun()).hello.env['VALUE'], '2');
});

projectTest('a broken edit is refused with its place, everything runs on, and the next good one is applied', async (project) => {
  project.write(textOf(1));
  await project.succeed('up', '-d');
  const first = await project.puppet('changed').nextRun();
  project.write(textOf(2).replace('puppet untouched}', 'puppet untouched, memmory: {}}'));
  const { text } = await project.event(null, 'config-invalid');
  assert.match(text, /omniroute\.yaml:3:\d+/);
  assert.match(text, /memmory/);
  const { file, services, generation } = await project.snapshot();
  assert.deepEqual([file.status, generation, services.find(({ name }) => name === 'changed')?.pid], ['invalid', 1, first.pid]);
  assert.match((await project.run('ps')).stderr, /omniroute\.yaml:3/);
  project.write(textOf(3));
  assert.equal((await project.puppet('changed').nextRun()).hello.env['VALUE'], '3');
  assert.equal((await project.snapshot()).file.status, 'current');
});

projectTest('plan shows what a reload would do, does nothing, and exits with 10', async (project) => {
  project.write(textOf(1));
  await project.succeed('up', '-d', '--no-watch');
  const run = await project.puppet('changed').nextRun();
  assert.equal((await project.run('plan')).code, 0);
  project.write(textOf(2));
  const plan = await project.run('plan');
  assert.equal(plan.code, 10);
  assert.match(plan.stdout, /changed.*env\.VALUE/);
  assert.doesNotMatch(plan.stdout, /untouched/);
  assert.equal((await project.service('changed')).pid, run.pid);
  await project.succeed('reload');
  assert.equal((await project.puppet('changed').nextRun()).hello.env['VALUE'], '2');
});

projectTest('another name or state folder is refused with what to do', async (project) => {
  project.write('services: {a: {command: puppet a}}');
  await project.succeed('up', '-d', '--no-watch');
  const run = await project.puppet('a').nextRun();
  project.write('state_dir: elsewhere\nservices: {a: {command: puppet a, env: {X: "1"}}}');
  assert.match(await project.fail(1, 'reload'), /state_dir.*omniroute down/);
  assert.equal((await project.service('a')).pid, run.pid);
});

projectTest('what is not to be watched is not, also after a reload that somebody asked for', async (project) => {
  project.write(textOf(1));
  await project.succeed('up', '-d', '--no-watch');
  await project.puppet('changed').nextRun();
  project.write(textOf(2));
  process.kill((await project.snapshot()).pid, 'SIGHUP');
  assert.equal((await project.puppet('changed').nextRun()).hello.env['VALUE'], '2');
  project.write(textOf(3));
  assert.equal((await project.run('plan')).code, 10);
  await project.succeed('reload');
  assert.equal((await project.puppet('changed').nextRun()).hello.env['VALUE'], '3');
  assert.equal((await project.snapshot()).generation, 3);
});

projectTest('reload.watch counts from the reload that brings it', async (project) => {
  project.write(textOf(1));
  await project.succeed('up', '-d');
  const { pid } = await project.snapshot();
  const watched = countWatches(pid);
  assert.ok(watched > 0);
  project.write(`reload: {watch: false}\n${textOf(1)}`);
  await eventually(
    () => 'the folder to be watched no more',
    () => (countWatches(pid) < watched ? true : null),
  );
  project.write(textOf(1));
  await project.succeed('reload');
  assert.equal(countWatches(pid), watched);
});

/** Of files and folders, by a process: https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html */
function countWatches(pid: number): number {
  const folder = `/proc/${pid}/fdinfo`;
  const lines = readdirSync(folder).flatMap((fd) => readPassing(join(folder, fd)).split('\n'));
  return lines.filter((line) => line.startsWith('inotify wd:')).length;
}
