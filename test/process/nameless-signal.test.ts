import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { findNamelessSignal } from '../../src/process/nameless-signal.ts';
import { spawnRun } from '../../src/process/spawn.ts';
import { Rig } from './rig.ts';

/** What is found when its output closes, of a process that this ends. */
async function findAtEnd(signal: number): Promise<string | null> {
  const child = spawn('sleep', ['1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = child.pid as number;
  assert.equal(findNamelessSignal(pid), null, 'it lives');
  const found = new Promise<string | null>((resolve) => child.stdout.resume().on('end', () => resolve(findNamelessSignal(pid))));
  process.kill(pid, signal);
  const [code, named] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(findNamelessSignal(pid), null, 'it is gone');
  // Where Node begins to tell, this is of no use any more.
  assert.deepEqual([code, named], signal < 32 ? [null, 'SIGKILL'] : [0, null]);
  return found;
}

test('a real-time signal is found as the output closes, and one that Node has a name for is left to that', async () => {
  const names = { 34: 'SIGRTMIN', 35: 'SIGRTMIN+1', 64: 'SIGRTMIN+30' } as const;
  for (const [number, name] of Object.entries(names)) {
    assert.equal(await findAtEnd(Number(number)), name);
  }
  assert.equal(await findAtEnd(9), null);
});

test('the end of a run that was looked at in time is told with that signal, and an exit with 0 as what it is', async (context) => {
  const rig = new Rig(context);
  const endOf = async (script: string) => {
    const command = ['/bin/sh', '-c', script] as const;
    const run = await spawnRun({ command, cwd: rig.folder, env: rig.env, stdout: 'pipe', stderr: rig.devNull });
    assert.ok(run.ok);
    run.stdout?.resume().on('end', run.lookAtEnd);
    return new Promise((resolve) => run.onExit(resolve));
  };
  assert.deepEqual(await endOf('kill -40 $$'), { code: null, signal: 'SIGRTMIN+6' });
  assert.deepEqual(await endOf('true'), { code: 0, signal: null });
});
