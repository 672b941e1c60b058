import assert from 'node:assert/strict';
import { closeSync, lstatSync, readdirSync, readlinkSync, writeFileSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { makeFifos, openFifoWriter, readFifo } from '../../src/process/fifo.ts';
import { spawnRun } from '../../src/process/spawn.ts';
import { Rig, until } from './rig.ts';

function makeFifo(rig: Rig): string {
  assert.equal(makeFifos([rig.path('out')]), null);
  return rig.path('out');
}

function openDescriptorsOf(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  }).length;
}

test('pipes are made for their owner alone, and those that exist are kept', (context) => {
  const rig = new Rig(context);
  const first = makeFifo(rig);
  const { ino } = lstatSync(first);
  assert.equal(makeFifos([first, rig.path('err')]), null);
  assert.equal(lstatSync(first).ino, ino);
  assert.equal(lstatSync(rig.path('err')).isFIFO(), true);
  assert.equal(lstatSync(rig.path('err')).mode & 0o777, 0o600);
});

test('something else in the place of a pipe is left alone and named', (context) => {
  const rig = new Rig(context);
  writeFileSync(rig.path('out'), 'precious');
  assert.equal(makeFifos([rig.path('err'), rig.path('out')]), `${rig.path('out')} is in the way: it is no named pipe; remove it`);
  assert.equal(lstatSync(rig.path('out')).size, 8);
});

test('a pipe in a missing folder is a message', (context) => {
  assert.match(makeFifos([new Rig(context).path('no/out')]) ?? '', /No such file or directory/);
});

test('5 MB printed just before the exit arrive whole and in order', async (context) => {
  const rig = new Rig(context);
  const path = makeFifo(rig);
  let text = '';
  const reader = readFifo(path, (chunk) => (text += Buffer.from(chunk).toString('latin1')));
  const writer = openFifoWriter(path);
  const command: [string, ...string[]] = [
    process.execPath,
    '-e',
    'let s = ""; for (let i = 0; s.length < 5e6; i++) s += i + "\\n"; require("fs").writeSync(1, s.slice(0, 3e6)); process.stdout.write(s.slice(3e6)); process.exitCode = 4',
  ];
  const result = await spawnRun({ command, cwd: rig.folder, env: rig.env, stdout: writer, stderr: rig.devNull });
  closeSync(writer);
  assert.ok(result.ok);
  const [exit] = await Promise.all([new Promise((resolve) => result.onExit(resolve)), reader.drained]);
  assert.deepEqual(exit, { code: 4, signal: null });
  const lines = text.trimEnd().split('\n');
  assert.ok(text.length >= 5e6);
  assert.equal(
    lines.findIndex((line, index) => line !== String(index)),
    -1,
  );
  assert.equal(openDescriptorsOf(path), 0);
});

test('closing reads what is still in the pipe while another writer holds it', async (context) => {
  const path = makeFifo(new Rig(context));
  const writer = openFifoWriter(path);
  context.after(() => closeSync(writer));
  let text = '';
  const reader = readFifo(path, (chunk) => (text += Buffer.from(chunk).toString()));
  writeSync(writer, 'last words\n');
  reader.close();
  reader.close();
  assert.equal(text, 'last words\n');
  await reader.drained;
  assert.equal(openDescriptorsOf(path), 1);
});

test('closing ends though a writer never pauses', async (context) => {
  const rig = new Rig(context);
  const path = makeFifo(rig);
  let bytes = 0;
  const reader = readFifo(path, (chunk) => (bytes += chunk.length));
  const { exited, identity } = await rig.script(`exec yes 1<> ${path}`);
  await until(() => bytes > 1024 * 1024);
  reader.close();
  await reader.drained;
  process.kill(identity.pid, 'SIGKILL');
  await exited;
});

test('a reader without a writer waits, and closing ends it', async (context) => {
  const path = makeFifo(new Rig(context));
  const reader = readFifo(path, () => assert.fail('nothing was written'));
  reader.close();
  await reader.drained;
  assert.equal(openDescriptorsOf(path), 0);
});

test('a new reader goes on where the one before has ended', async (context) => {
  const path = makeFifo(new Rig(context));
  const writer = openFifoWriter(path);
  const texts = ['', ''];
  const first = readFifo(path, (chunk) => (texts[0] += Buffer.from(chunk).toString()));
  writeSync(writer, 'one\n');
  first.close();
  await first.drained;
  writeSync(writer, 'two\n');
  const second = readFifo(path, (chunk) => (texts[1] += Buffer.from(chunk).toString()));
  closeSync(writer);
  second.close();
  await second.drained;
  assert.deepEqual(texts, ['one\n', 'two\n']);
});

test('a child can open its standard output by name', async (context) => {
  const rig = new Rig(context);
  const path = makeFifo(rig);
  let text = '';
  const reader = readFifo(path, (chunk) => (text += Buffer.from(chunk).toString()));
  const writer = openFifoWriter(path);
  const result = await spawnRun({
    command: ['/bin/sh', '-c', 'echo hello > /dev/stdout'],
    cwd: rig.folder,
    env: rig.env,
    stdout: writer,
    stderr: rig.devNull,
  });
  assert.ok(result.ok);
  closeSync(writer);
  await reader.drained;
  assert.equal(text, 'hello\n');
});

test('a path that cannot be opened throws what the system says', (context) => {
  const rig = new Rig(context);
  assert.throws(() => readFifo(rig.path('none'), () => {}), { code: 'ENOENT' });
  assert.throws(() => openFifoWriter(rig.path('none')), { code: 'ENOENT' });
});
