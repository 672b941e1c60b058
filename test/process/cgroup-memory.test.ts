import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { countOomKills, limitMemory } from '../../src/process/cgroup-memory.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Files as the kernel has them, in an ordinary folder. */
function folderWith(context: TestContext, files: Readonly<Record<string, string>>): { folder: string; read(name: string): string } {
  const folder = temporaryFolder(context);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { folder, read: (name) => readFileSync(join(folder, name), 'utf8').trim() };
}

const V2 = {
  'memory.max': '',
  'memory.swap.max': '',
  'memory.oom.group': '',
  'memory.events': 'low 0\nhigh 0\nmax 9\noom 2\noom_kill 3\n',
};

test('under v2 a limit ends the whole run at once, and swap is no room', (t) => {
  const { folder, read } = folderWith(t, V2);
  assert.equal(limitMemory({ unified: folder, memory: null }, 1_048_576), null);
  assert.deepEqual([read('memory.max'), read('memory.swap.max'), read('memory.oom.group')], ['1048576', '0', '1']);
});

test('a limit is lifted with all that came with it', (t) => {
  const { folder, read } = folderWith(t, V2);
  assert.equal(limitMemory({ unified: folder, memory: null }, null), null);
  assert.deepEqual([read('memory.max'), read('memory.swap.max'), read('memory.oom.group')], ['max', 'max', '0']);
});

test('a kernel without accounting of swap limits memory all the same', (t) => {
  const { folder, read } = folderWith(t, { 'memory.max': '' });
  assert.equal(limitMemory({ unified: folder, memory: null }, 4096), null);
  assert.equal(read('memory.max'), '4096');
});

test('under v1 the limit is set in a folder of its own', (t) => {
  const { folder, read } = folderWith(t, { 'memory.limit_in_bytes': '', 'memory.memsw.limit_in_bytes': '' });
  assert.equal(limitMemory({ unified: '/nowhere', memory: folder }, 8192), null);
  assert.deepEqual([read('memory.limit_in_bytes'), read('memory.memsw.limit_in_bytes')], ['8192', '8192']);
});

test('without the controller it says why there is no limit', (t) => {
  assert.match(limitMemory({ unified: folderWith(t, {}).folder, memory: null }, 4096) ?? '', /memory\.max/);
});

test('kills are counted as the kernel tells; where nobody counts, none is claimed', (t) => {
  assert.equal(countOomKills({ unified: folderWith(t, V2).folder, memory: null }), 3);
  const v1 = folderWith(t, { 'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n' });
  assert.equal(countOomKills({ unified: '/nowhere', memory: v1.folder }), 1);
  assert.equal(countOomKills({ unified: '/nowhere', memory: null }), null);
});
