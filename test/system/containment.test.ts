// Everything a service can do to escape, and nothing that outlives `down`, a crash, or omniroute's own death.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findCgroupObstacle } from '../../src/process/cgroup-door.ts';
import { isMemoryGiven } from '../../src/process/cgroup-memory.ts';
import { findOwnCgroups } from '../../src/process/cgroup-tree.ts';
import { readPassing } from '../rig/passing-file.ts';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually, within } from '../rig/within.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const obstacle = findCgroupObstacle(findOwnCgroups());
const MIB = 1024 ** 2;
const NOBODY = 65_534;

/** What is promised without control groups too. */
const ESCAPES = {
  'a plain child': 'NAP &',
  'a grandchild in a session of its own': "sh -c 'setsid NAP & wait' &",
  'a double fork': "sh -c '(setsid NAP &)'",
  'a child whose parent ends': 'sh -c \'sh -c "NAP & sleep 0.1" &\'',
  'one that ignores SIGTERM': 'sh -c \'trap "" TERM; NAP & wait; wait\' &',
  'one that is stopped': "sh -c 'NAP & kill -STOP $! $$; wait' &",
  'a holder of the standard output': 'sh -c "exec setsid NAP" >&1 &',
  'a fork bomb with a bound': "sh -c 'n=0; while [ $n -lt 40 ]; do (NAP &); n=$((n+1)); done' &",
};
/** It sheds every mark in the instant in which it is born. */
const SHEDDER = { 'a double fork with a cleared environment': 'sh -c \'(setsid env -i /bin/sh -c "NAP & NAP" &)\'' };

/** Naps whose length nobody else sleeps for: so they are found, whatever they did to their environment. */
function napping(project: Project): { readonly script: string; left(): number[] } {
  const length = `${1_000_000 + process.pid}.${project.root.replace(/\D/g, '').slice(0, 6)}${Math.floor(Math.random() * 1e6)}`;
  return {
    script: `/bin/sleep ${length}`,
    left: () =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .filter((pid) => commandOf(pid).includes(length) && !isZombie(pid))
        .map(Number),
  };
}

function commandOf(pid: string): string {
  return readPassing(`/proc/${pid}/cmdline`);
}

function isZombie(pid: string): boolean {
  return /\) Z /.test(readPassing(`/proc/${pid}/stat`));
}

/** The service does all of it in its first run, and is quiet in the next. */
function write(project: Project, contain: string, escapes: Readonly<Record<string, string>>, nap: string): void {
  const lines = Object.values(escapes).map((line) => line.replaceAll('NAP', nap));
  project.write(
    ['[ -e done ] && echo escaped && exec sleep 1000', 'touch done', ...lines, 'sleep 0.3', 'echo escaped', 'exec sleep 1000', ''].join(
      '\n',
    ),
    'torture.sh',
  );
  project.write(`contain: ${contain}
services:
  server: {command: [sh, torture.sh], readiness: {log: {match: escaped}, start_timeout: 1m}, stop: {grace_period: 500ms}}
`);
}

async function untilNoneIsLeft(left: () => number[]): Promise<void> {
  await eventually(
    () =>
      `nothing to be left; there is: ${left()
        .map((pid) => commandOf(String(pid)).replaceAll('\0', ' '))
        .join(' | ')}`,
    () => (left().length === 0 ? true : null),
  );
}

for (const contain of ['cgroup', 'group'] as const) {
  const skip = contain === 'cgroup' && obstacle !== null ? obstacle : false;
  const escapes = contain === 'cgroup' ? { ...ESCAPES, ...SHEDDER } : ESCAPES;
  const torture = (name: string, body: (project: Project) => Promise<void>): void => {
    if (skip === false) projectTest(name, body);
    else test(name, { skip });
  };

  torture(`contain: ${contain} — down leaves nothing of what tried to escape`, async (project) => {
    const { script, left } = napping(project);
    write(project, contain, escapes, script);
    await project.succeed('up', '-d');
    assert.ok(left().length >= 48, `all of them run: ${left().length}`);
    assert.equal((await project.service('server')).containment, contain);
    await project.succeed('down');
    assert.deepEqual(left(), []);
  });

  torture(`contain: ${contain} — nothing of a run that crashed is left when the next begins`, async (project) => {
    const { script, left } = napping(project);
    write(project, contain, escapes, script);
    await project.succeed('up', '-d');
    process.kill((await project.service('server')).pid ?? 0, 'SIGKILL');
    await project.event('server', 'starting', 2);
    assert.deepEqual(left(), []);
  });

  torture(`contain: ${contain} — the next omniroute ends what is left of a run that ended while none was there`, async (project) => {
    const { script, left } = napping(project);
    write(project, contain, escapes, script);
    await project.succeed('up', '-d');
    const pids = [(await project.snapshot()).pid, (await project.service('server')).pid ?? 0];
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await project.succeed('up', '-d');
    await untilNoneIsLeft(left);
  });
}

if (obstacle === null)
  projectTest('a run that wrote over its environment is found by its group, also where state.json is lost', async (project) => {
    project.write('services: {server: {command: [env, -i, /bin/sleep, "1000"]}}\n');
    await project.succeed('up', '-d');
    const { pid } = await project.service('server');
    process.kill((await project.snapshot()).pid, 'SIGKILL');
    rmSync(join(project.stateDir, 'state.json'), { force: true });
    await project.succeed('up', '-d');
    assert.deepEqual([(await project.service('server')).pid, (await project.service('server')).containment], [pid, 'cgroup']);
  });

const isRoot = process.getuid?.() === 0;

/** As a user who has nothing to say about control groups, in a folder of its own. */
async function runAsNobody(context: TestContext, contain: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const dir = join(temporaryFolder(context), 'project');
  mkdirSync(dir);
  writeFileSync(join(dir, 'omniroute.yaml'), `name: mine\ncontain: ${contain}\nservices: {once: {type: job, command: [id, -u]}}\n`);
  chownSync(dir, NOBODY, NOBODY);
  chmodSync(dirname(dir), 0o755);
  const bin = resolve(process.env['OMNIROUTE_BIN'] ?? 'dist/bin/omniroute.js');
  const words = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', process.execPath, bin, ...args];
  const child = spawn('setpriv', words, { cwd: dir, env: { PATH: process.env['PATH'], HOME: dir, XDG_RUNTIME_DIR: dir } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await within(() => `the end of ${words.join(' ')}:\n${said}`, once(child, 'close'))) as [number | null];
  return { code, said };
}

test('contain: cgroup where there is none is refused with its place, before anything is started', { skip: !isRoot }, async (context) => {
  const { code, said } = await runAsNobody(context, 'cgroup', 'up');
  assert.equal(code, 78, said);
  assert.match(said, /omniroute\.yaml:2:1 error no-control-groups: `contain: cgroup` cannot be: .*(EACCES|mounted)/);
  assert.match(said, /omniroute doctor/);
});

test('contain: auto is content without control groups, and doctor names what gives them', { skip: !isRoot }, async (context) => {
  const { code, said } = await runAsNobody(context, 'auto', 'up');
  assert.equal(code, 0, said);
  assert.match(said, new RegExp(String(NOBODY)));
  const doctor = await runAsNobody(context, 'auto', 'doctor');
  assert.match(doctor.said, /control groups: .*\n.*(Delegate=yes|mount)/);
});

const limited = obstacle === null && isMemoryGiven(findOwnCgroups());
const memoryTest = limited ? projectTest : (name: string): void => void test(name, { skip: 'the kernel limits no group here' });

memoryTest('memory that grows faster than it is looked at is stopped by the kernel, and the cause says so', async (project: Project) => {
  project.write('services: {server: {command: puppet server, memory: {hard: 150MiB, period: 1h}, restart: {max_attempts: 1}}}\n');
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  void run.allocate(400 * MIB).catch(() => {});
  const { cause } = await project.event('server', 'crashed');
  assert.equal(cause?.type, 'oom-kernel');
});

memoryTest(
  'a child that the kernel killed is the cause, also where its parent ends as if nothing had happened',
  async (project: Project) => {
    project.write('services: {server: {shell: "puppet child & wait", memory: {hard: 150MiB, period: 1h}, restart: {max_attempts: 1}}}\n');
    await project.succeed('up', '-d');
    const run = await project.puppet('child').nextRun();
    void run.allocate(400 * MIB).catch(() => {});
    const { cause, text } = await project.event('server', 'crashed');
    // v2 ends the whole run at once, v1 the child alone.
    const end = findOwnCgroups().memory === null ? /killed by SIGKILL/ : /exit 0/;
    assert.equal(cause?.type, 'oom-kernel');
    assert.match(text, end);
  },
);

memoryTest('a limit that is raised while it runs is raised in the kernel', async (project: Project) => {
  const file = (hard: string): string => `services: {server: {command: puppet server, memory: {hard: ${hard}, period: 1h}}}\n`;
  project.write(file('150MiB'));
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  project.write(file('1GiB'));
  await project.succeed('reload');
  await run.allocate(300 * MIB);
  assert.equal((await project.service('server')).run, 1);
});

memoryTest('a limit that comes while it runs holds for what runs already', async (project: Project) => {
  const file = (memory: string): string =>
    `reload: {on_failure: keep}\nservices: {server: {shell: "puppet child & wait", memory: ${memory}}}\n`;
  project.write(file('{period: 1h}'));
  await project.succeed('up', '-d');
  const run = await project.puppet('child').nextRun();
  project.write(file('{hard: 150MiB, period: 1h}'));
  await project.succeed('reload');
  void run.allocate(400 * MIB).catch(() => {});
  assert.equal((await project.event('server', 'crashed')).cause?.type, 'oom-kernel');
});
