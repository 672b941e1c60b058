import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCgroupObstacle } from '../../src/process/cgroup-door.ts';
import { findSlowMount, parseOwnCgroups } from '../../src/process/cgroup-tree.ts';

const line = (root: string, point: string, rest: string): string => `36 24 0:31 ${root} ${point} rw,relatime shared:9 - ${rest}`;

test('unified alone, as on today’s systems: the own group is below the mount', () => {
  const mounts = line('/', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw,nsdelegate');
  assert.deepEqual(parseOwnCgroups(mounts, '0::/user.slice/user-1000.slice/session-3.scope\n'), {
    unified: '/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope',
    memory: null,
  });
});

test('where moves wait for all processors is told by an option of the mount', () => {
  assert.equal(findSlowMount(line('/', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw,nsdelegate')), '/sys/fs/cgroup');
  assert.equal(findSlowMount(line('/', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw,nsdelegate,favordynmods')), null);
  assert.equal(findSlowMount(line('/', '/sys/fs/cgroup/memory', 'cgroup cgroup rw,memory')), null);
});

test('hybrid: the unified hierarchy beside the controllers of v1', () => {
  const mounts = [
    line('/', '/sys/fs/cgroup/memory', 'cgroup cgroup rw,memory'),
    line('/', '/sys/fs/cgroup/unified', 'cgroup2 cgroup2 rw'),
  ].join('\n');
  assert.deepEqual(parseOwnCgroups(mounts, '4:cpu,cpuacct:/x\n3:memory:/jobs/a\n0::/\n'), {
    unified: '/sys/fs/cgroup/unified',
    memory: '/sys/fs/cgroup/memory/jobs/a',
  });
});

test('in a container that sees a part of the tree, paths begin at what is mounted', () => {
  const mounts = line('/docker/abc', '/sys/fs/cgroup', 'cgroup2 cgroup rw');
  assert.equal(parseOwnCgroups(mounts, '0::/docker/abc/x\n').unified, '/sys/fs/cgroup/x');
  assert.equal(parseOwnCgroups(mounts, '0::/docker/abc\n').unified, '/sys/fs/cgroup');
  assert.equal(parseOwnCgroups(mounts, '0::/docker/other\n').unified, null, 'a group out of sight is none');
});

test('a mount point with a space in its name', () => {
  assert.equal(parseOwnCgroups(line('/', '/mnt/my\\040groups', 'cgroup2 cgroup rw'), '0::/a\n').unified, '/mnt/my groups/a');
});

test('what stands in the way is told', () => {
  assert.equal(findCgroupObstacle({ unified: null, memory: null }), 'no unified hierarchy of control groups (cgroup2) is mounted');
  assert.equal(findCgroupObstacle({ unified: '/proc/self', memory: null }), "/proc/self is not this user's to divide: ENOENT");
});
