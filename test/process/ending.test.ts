import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isEnding } from '../../src/process/ending.ts';
import { identify } from '../../src/process/identity.ts';

const look = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

test('a process that was killed and that nobody has asked about is on its way out, one that lives is not', async (t) => {
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec tail -f /dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = identify(Number(String(line)));
  assert.ok(child);
  // A shell would ask; `tail` does not know of the child that it has inherited.
  while (readFileSync(`/proc/${parent.pid}/comm`, 'latin1') !== 'tail\n') await look();
  assert.equal(isEnding(child), false);
  process.kill(child.pid, 'SIGKILL');
  while (!isEnding(child)) await look();
  assert.equal(isEnding({ ...child, startTime: child.startTime - 1 }), false, 'another one of that number');
});
