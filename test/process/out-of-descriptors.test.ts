import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findTakenPorts } from '../../src/process/ports.ts';
import { runProbe } from '../../src/process/probe.ts';
import { type SpawnResult, spawnRun } from '../../src/process/spawn.ts';
import { killMembers } from '../../src/process/stop.ts';
import { findMembers } from '../../src/process/stragglers.ts';
import { UsageSampler } from '../../src/process/usage.ts';

// The limit holds for a whole process, so this file runs itself once more below it; far enough below for Node to load the modules.
const INNER = 'OMNIROUTE_TEST_FEW_DESCRIPTORS';

test("out of descriptors, a spawn fails with the system's code, runs are still found, killed and seen to end, and the supervisor lives", async () => {
  if (process.env[INNER] !== undefined) return spawnWithoutDescriptors();
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const inner = spawnSync(
    '/bin/sh',
    ['-c', 'ulimit -n 512; exec "$0" "$@"', process.execPath, '--enable-source-maps', fileURLToPath(import.meta.url)],
    {
      env: { ...env, [INNER]: 'yes' },
      encoding: 'utf8',
    },
  );
  assert.equal(inner.status, 0, inner.stdout + inner.stderr);
});

async function spawnWithoutDescriptors(): Promise<void> {
  const devNull = openSync('/dev/null', 'r+');
  const spawn = (stdout: number | 'pipe'): Promise<SpawnResult> =>
    spawnRun({ command: ['sleep', '1000'], cwd: '/', env: { PATH: process.env['PATH'] ?? '' }, stdout, stderr: devNull });
  const before = await spawn(devNull);
  assert.ok(before.ok);
  const held = openUntilRefused();
  for (const stdout of [devNull, 'pipe'] as const) {
    const result = await spawn(stdout);
    assert.deepEqual([result.ok, result.ok || result.code], [false, 'EMFILE']);
  }
  const scope = { leader: before.identity, marker: 'few/1', seen: [] };
  assert.deepEqual(findMembers([scope]), [[before.identity]]);
  assert.deepEqual([...new UsageSampler().sample([before.identity])], []);
  assert.deepEqual(await findTakenPorts([80]), []);
  assert.equal(
    await runProbe({ type: 'tcp', host: '127.0.0.1', port: 80 }, { timeoutMs: 60_000, cwd: '/', env: {} }),
    'out of file descriptors',
  );
  assert.deepEqual(await killMembers([scope], 60_000), [[]]);
  await new Promise((resolve) => before.onExit(resolve));
  for (const fd of held) closeSync(fd);
  const after = await spawn(devNull);
  assert.ok(after.ok);
  process.kill(after.identity.pid, 'SIGKILL');
  await new Promise((resolve) => after.onExit(resolve));
  closeSync(devNull);
}

function openUntilRefused(): number[] {
  const held: number[] = [];
  for (;;) {
    try {
      held.push(openSync('/dev/null', 'r'));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EMFILE');
      return held;
    }
  }
}
