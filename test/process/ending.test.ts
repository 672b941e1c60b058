import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { isEnding } from '../../src/process/ending.ts';
import { identify } from '../../src/process/identity.ts';

test('a process that has ended and that nobody has asked about is on its way out, one that lives is not', async (t) => {
  // `sleep` does not know of the child that it has inherited.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = identify(Number(String(line)));
  const living = identify(process.pid);
  assert.ok(child && living);
  while (!isEnding(child)) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(isEnding(living), false);
  assert.equal(isEnding({ ...child, startTime: child.startTime - 1 }), false, 'another one of that number');
});
