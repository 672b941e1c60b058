import assert from 'node:assert/strict';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { identify } from '../../src/process/identity.ts';
import { readProcess } from '../../src/process/process-table.ts';
import { type SpawnOptions, spawnRun } from '../../src/process/spawn.ts';
import { Rig, until } from './rig.ts';

async function failure(rig: Rig, options: Partial<SpawnOptions>): Promise<{ code: string; message: string }> {
  const result = await spawnRun({ command: ['true'], cwd: rig.folder, env: rig.env, stdout: rig.devNull, stderr: rig.devNull, ...options });
  assert.equal(result.ok, false);
  return { code: result.code, message: result.message };
}

test('a process leads its own session and group, and has an identity at once', async (context) => {
  const rig = new Rig(context);
  const { identity } = await rig.script('exec sleep 1000');
  const row = readProcess(identity.pid);
  assert.deepEqual([row?.group, row?.session], [identity.pid, identity.pid]);
  assert.deepEqual(identify(identity.pid), identity);
});

test('the environment is exactly the one given', async (context) => {
  const rig = new Rig(context);
  await rig.play(['/bin/sh', '-c', 'cat /proc/self/environ | tr "\\0" "\\n" | cut -d= -f1 | sort > names; echo done > told']);
  await rig.told('told');
  assert.deepEqual(
    readFileSync(rig.path('names'), 'utf8')
      .split('\n')
      .filter((name) => !['', 'PWD', 'OLDPWD', '_', 'SHLVL'].includes(name)),
    ['DIR', 'OMNIROUTE_RUN', 'PATH'],
  );
});

test('an exit code is told', async (context) => {
  const { exited } = await new Rig(context).script('exit 7');
  assert.deepEqual(await exited, { code: 7, signal: null });
});

test('a signal is told by name', async (context) => {
  const { exited } = await new Rig(context).script('kill -USR1 $$');
  assert.deepEqual(await exited, { code: null, signal: 'SIGUSR1' });
});

test('an exit before anyone listens is not lost', async (context) => {
  const { identity, started } = await new Rig(context).script('exit 3');
  await until(() => identify(identity.pid) === null);
  assert.equal(await new Promise((resolve) => started.onExit(({ code }) => resolve(code))), 3);
});

test('the exit is told while a grandchild still holds the output', async (context) => {
  const rig = new Rig(context);
  const command: [string, ...string[]] = ['/bin/sh', '-c', 'sleep 1000 & echo $! > $DIR/pid'];
  const result = await spawnRun({ command, cwd: rig.folder, env: rig.env, stdout: 'pipe', stderr: 'pipe' });
  assert.ok(result.ok);
  assert.deepEqual(await new Promise((resolve) => result.onExit(resolve)), { code: 0, signal: null });
  assert.equal(result.stdout?.readableEnded, false);
  process.kill((await rig.identityFrom('pid')).pid, 'SIGKILL');
  for (const stream of [result.stdout, result.stderr]) stream?.destroy();
});

test('descriptors may be closed as soon as the call has returned', async (context) => {
  const rig = new Rig(context);
  const fd = openSync(rig.path('output'), 'a');
  const spawning = spawnRun({ command: ['echo', 'hello'], cwd: rig.folder, env: rig.env, stdout: fd, stderr: fd });
  closeSync(fd);
  const result = await spawning;
  assert.ok(result.ok);
  await new Promise((resolve) => result.onExit(resolve));
  assert.equal(readFileSync(rig.path('output'), 'utf8'), 'hello\n');
});

test('a missing program names the PATH of the child', async (context) => {
  assert.deepEqual(await failure(new Rig(context), { command: ['no-such-program'], env: { PATH: '/opt/one:/opt/two' } }), {
    code: 'ENOENT',
    message: 'no-such-program was not found: searched PATH=/opt/one:/opt/two',
  });
});

test('a missing program without a PATH says so', async (context) => {
  const { message } = await failure(new Rig(context), { command: ['no-such-program'], env: {} });
  assert.equal(message, "no-such-program was not found: PATH is not set, the system's default was searched");
});

test('a missing program of a relative path is named in full', async (context) => {
  const rig = new Rig(context);
  assert.deepEqual(await failure(rig, { command: ['bin/server'] }), {
    code: 'ENOENT',
    message: `${rig.path('bin/server')} does not exist`,
  });
});

test('a missing folder is not taken for a missing program', async (context) => {
  const rig = new Rig(context);
  assert.deepEqual(await failure(rig, { cwd: rig.path('gone') }), { code: 'ENOENT', message: `cwd ${rig.path('gone')} does not exist` });
});

test('a file in place of the folder is named', async (context) => {
  const rig = new Rig(context);
  writeFileSync(rig.path('file'), '');
  assert.deepEqual(await failure(rig, { cwd: rig.path('file') }), { code: 'ENOTDIR', message: `cwd ${rig.path('file')} is not a folder` });
});

test('a program that may not be executed is named', async (context) => {
  const rig = new Rig(context);
  writeFileSync(rig.path('plain'), '#!/bin/sh\n');
  assert.deepEqual(await failure(rig, { command: ['./plain'] }), { code: 'EACCES', message: `${rig.path('plain')} is not executable` });
});

test('a folder that may not be entered is named', { skip: process.getuid?.() === 0 && 'root enters every folder' }, async (context) => {
  const rig = new Rig(context);
  mkdirSync(rig.path('closed'), { mode: 0 });
  const refusal = await failure(rig, { cwd: rig.path('closed') });
  // Node 24 cannot remove what it cannot read.
  chmodSync(rig.path('closed'), 0o700);
  assert.deepEqual(refusal, { code: 'EACCES', message: `cwd ${rig.path('closed')} cannot be entered: permission denied` });
});

test('a folder in place of the program is named', async (context) => {
  const rig = new Rig(context);
  mkdirSync(rig.path('folder'));
  assert.deepEqual(await failure(rig, { command: ['./folder'] }), {
    code: 'EACCES',
    message: `${rig.path('folder')} is a folder, not a program`,
  });
});

test('a way to the program or to the folder that goes through a file, or in a circle, is told in words', async (context) => {
  const rig = new Rig(context);
  writeFileSync(rig.path('file'), '');
  symlinkSync('loop', rig.path('loop'));
  const expected = {
    file: { code: 'ENOTDIR', message: 'a part of its path is a file, not a folder' },
    loop: { code: 'ELOOP', message: 'a link on the way leads in a circle' },
  };
  for (const [name, { code, message }] of Object.entries(expected)) {
    const path = rig.path(`${name}/program`);
    assert.deepEqual(await failure(rig, { command: [`./${name}/program`] }), { code, message: `${path} could not be started: ${message}` });
    assert.deepEqual(await failure(rig, { cwd: path }), { code, message: `cwd ${path} cannot be entered: ${message}` });
  }
});

test('a script whose interpreter is missing names the interpreter', async (context) => {
  const rig = new Rig(context);
  writeFileSync(rig.path('script'), '#!/opt/no/such/python -u\n');
  chmodSync(rig.path('script'), 0o755);
  const expected = { code: 'ENOENT', message: `${rig.path('script')} needs /opt/no/such/python (its #! line), which does not exist` };
  assert.deepEqual(await failure(rig, { command: ['./script'] }), expected);
  assert.deepEqual(await failure(rig, { command: ['script'], env: { PATH: `/opt:${rig.folder}` } }), expected);
});

test('a program name that no file can have is a message', async (context) => {
  const rig = new Rig(context);
  const name = 'x'.repeat(5000);
  assert.deepEqual(await failure(rig, { command: [`./${name}`] }), {
    code: 'ENAMETOOLONG',
    message: `${rig.path(name)} could not be started: its path is too long for the system`,
  });
});

test('arguments beyond what the system takes are a message', async (context) => {
  const { code, message } = await failure(new Rig(context), { command: ['/bin/true', 'x'.repeat(8 * 1024 * 1024)] });
  assert.deepEqual([code, message], ['E2BIG', 'the arguments and the environment of /bin/true are too large for the system']);
});

const UNUSABLE: readonly [what: string, options: Partial<SpawnOptions>, message: string][] = [
  ['a NUL in an argument', { command: ['true', 'a\0b'] }, 'argument 1 of the command holds a NUL character'],
  ['a NUL in a variable', { env: { TOKEN: 'a\0b' } }, 'the environment variable "TOKEN" holds a NUL character'],
  ['a NUL in the name of a variable', { env: { 'A\0': 'b' } }, 'the environment variable "A\\u0000" holds a NUL character'],
  ['an empty command', { command: [''] }, 'the command is empty'],
];

for (const [what, options, message] of UNUSABLE) {
  test(`${what} is a message`, async (context) => assert.deepEqual(await failure(new Rig(context), options), { code: 'EINVAL', message }));
}
