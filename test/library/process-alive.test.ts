import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { isProcessAlive, untilGone } from '../../src/library/process-alive.ts';

test('this process is alive, and a pid beyond the largest is not', () => {
  assert.equal(isProcessAlive(process.pid), true);
  assert.equal(isProcessAlive(2 ** 22 + 1), false);
});

test('a process that has ended is gone', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  assert.equal(await untilGone(child.pid as number, 5000), true);
});

test('a process that goes on is not gone when the deadline passes', async () => {
  assert.equal(await untilGone(process.pid, 0), false);
});

test('a zombie has ended, though its parent has not asked yet', async (t) => {
  // `sleep` replaces the shell and never asks for its child, whose pid the shell printed before.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  assert.equal(await untilGone(Number(line.toString()), 5000), true);
});
