import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runCommand } from '../../src/process/command.ts';
import { isAlive } from '../../src/process/identity.ts';
import { Rig, until } from './rig.ts';

async function run(rig: Rig, script: string, timeoutMs = 60_000): Promise<{ failure: string | null; output: string }> {
  const output = openSync(rig.path('output'), 'a');
  try {
    const failure = await runCommand({ command: ['/bin/sh', '-c', script], cwd: rig.folder, env: rig.env, timeoutMs, output });
    return { failure, output: readFileSync(rig.path('output'), 'utf8') };
  } finally {
    closeSync(output);
  }
}

test('a command runs to its end, and both its streams are written', async (context) => {
  assert.deepEqual(await run(new Rig(context), 'echo out; echo err >&2'), { failure: null, output: 'out\nerr\n' });
});

test('a failed command says how it ended', async (context) => {
  const rig = new Rig(context);
  assert.equal((await run(rig, 'exit 2')).failure, 'exit 2');
  assert.equal((await run(rig, 'kill -TERM $$')).failure, 'killed by SIGTERM');
});

test('a command that cannot start says why', async (context) => {
  const rig = new Rig(context);
  const options = { cwd: rig.path('gone'), env: rig.env, timeoutMs: 60_000, output: rig.devNull };
  assert.equal(await runCommand({ command: ['true'], ...options }), `cwd ${rig.path('gone')} does not exist`);
});

test('a command that overruns is killed with its whole group', async (context) => {
  const rig = new Rig(context);
  const result = run(rig, 'trap "" TERM; sleep 1000 & echo $! > "$DIR/pid"; echo begun; wait', 1500);
  const child = await rig.identityFrom('pid');
  assert.deepEqual(await result, { failure: 'timed out after 1.5s', output: 'begun\n' });
  await until(() => !isAlive(child));
});

test('a command that ends in time leaves no timer behind', async (context) => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  await run(new Rig(context), 'exit 0');
  assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length, before);
});
