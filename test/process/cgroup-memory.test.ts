import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { killAll, makeRunCgroup, removeRunCgroup } from '../../src/process/cgroup.ts';
import { CgroupDoor, findCgroupObstacle } from '../../src/process/cgroup-door.ts';
import { countOomKills, isMemoryGiven, limitMemory } from '../../src/process/cgroup-memory.ts';
import { findOwnCgroups, type OwnCgroups } from '../../src/process/cgroup-tree.ts';
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

for (const [where, files, given] of [
  ['the root, whose groups nobody has limited yet', { 'cgroup.controllers': 'cpu memory\n', 'cgroup.subtree_control': '' }, true],
  [
    'a group that limits those below it',
    { 'cgroup.type': 'domain\n', 'cgroup.controllers': 'memory\n', 'cgroup.subtree_control': 'memory\n' },
    true,
  ],
  ['a group that somebody is in', { 'cgroup.type': 'domain\n', 'cgroup.controllers': 'memory\n', 'cgroup.subtree_control': '' }, false],
  ['a hybrid root, whose memory is a matter of v1', { 'cgroup.controllers': 'hugetlb\n', 'cgroup.subtree_control': '' }, false],
  ['a folder without anything of the kernel', {}, false],
] as const)
  test(`${where} ${given ? 'limits' : 'does not limit'} memory under v2`, (t) => {
    assert.equal(isMemoryGiven({ unified: folderWith(t, files).folder, memory: null }), given);
  });

/** Null: this machine has such a group; else in words why not. */
function findObstacleToV2(): string | null {
  const own = findOwnCgroups();
  if (own.memory !== null) return 'the memory controller of this machine is one of v1';
  return findCgroupObstacle(own) ?? (isMemoryGiven(own) ? null : 'the memory controller of v2 is not given');
}

test('a group with nobody but us in it is given back as it was', { skip: findObstacleToV2() ?? false }, () => {
  const own = findOwnCgroups() as OwnCgroups & { unified: string };
  const unit = join(own.unified, `omniroute-test-unit-${process.pid}`);
  const base = join(unit, 'base');
  mkdirSync(unit);
  writeFileSync(join(own.unified, 'cgroup.subtree_control'), '+memory');
  try {
    writeFileSync(join(unit, 'cgroup.procs'), '0');
    const door = new CgroupDoor({ unified: unit, memory: null });
    assert.equal(door.enableMemory(unit, base), true);
    assert.equal(findOwnCgroups().unified, join(base, 'supervisor'));
    door.close();
    assert.equal(findOwnCgroups().unified, unit);
    assert.equal(readFileSync(join(unit, 'cgroup.subtree_control'), 'utf8').trim(), '');
  } finally {
    writeFileSync(join(own.unified, 'cgroup.procs'), '0');
    assert.equal(removeRunCgroup({ unified: unit, memory: null }), true);
  }
});

test('a real v2 kernel takes the limit, ends who wants more, and counts it', { skip: findObstacleToV2() ?? false }, async () => {
  const own = findOwnCgroups() as OwnCgroups & { unified: string };
  const base = join(own.unified, `omniroute-test-memory-${process.pid}`);
  const cgroup = { unified: join(base, 'eater'), memory: null };
  const door = new CgroupDoor(own);
  try {
    assert.equal(door.enableMemory(own.unified, base), true);
    assert.equal(makeRunCgroup(cgroup), null);
    door.enter(cgroup);
    const eater = spawn(process.execPath, ['-e', 'const kept = []; for (;;) kept.push(Buffer.alloc(2 ** 24, 1))'], { stdio: 'ignore' });
    const ended = once(eater, 'exit');
    door.leave(cgroup);
    assert.equal(limitMemory(cgroup, 150 * 2 ** 20), null);
    assert.equal(readFileSync(join(cgroup.unified, 'memory.max'), 'utf8').trim(), String(150 * 2 ** 20));
    assert.deepEqual(await ended, [null, 'SIGKILL']);
    assert.ok((countOomKills(cgroup) ?? 0) >= 1);
    assert.equal(removeRunCgroup({ unified: base, memory: null }), true);
  } finally {
    killAll({ unified: base, memory: null });
    door.close();
  }
});
