import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeEmptyBeside } from '../../src/daemon/run-cgroups.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const RUN = 'server.1.0123456789ab';

/** Of an omniroute that was in `unit`; folders alone, as groups are seen that nobody is in. */
function leaveBehind(unit: string, ...groups: string[]): { readonly unified: string; readonly memory: null } {
  const base = join(unit, 'omniroute-0123456789abcdef01234567');
  for (const group of groups) mkdirSync(join(base, group), { recursive: true });
  writeFileSync(join(unit, 'cgroup.subtree_control'), 'memory ');
  return { unified: join(base, RUN), memory: null };
}

test('with the last run of an omniroute that was in another group goes what that left there', (t) => {
  const unit = temporaryFolder(t);
  removeEmptyBeside(leaveBehind(unit, 'supervisor'));
  assert.deepEqual(readdirSync(unit), ['cgroup.subtree_control']);
  assert.match(readFileSync(join(unit, 'cgroup.subtree_control'), 'utf8'), /^-memory/);
});

test('a group with other groups in it is left to control memory', (t) => {
  const unit = temporaryFolder(t);
  mkdirSync(join(unit, 'other'));
  removeEmptyBeside(leaveBehind(unit, 'supervisor'));
  assert.equal(readFileSync(join(unit, 'cgroup.subtree_control'), 'utf8'), 'memory ');
});

test('where no omniroute went into a leaf, somebody else has memory controlled', (t) => {
  const unit = temporaryFolder(t);
  const cgroup = leaveBehind(unit, 'other.1.0123456789ab');
  removeEmptyBeside(cgroup);
  assert.equal(readFileSync(join(unit, 'cgroup.subtree_control'), 'utf8'), 'memory ');
  assert.ok(!existsSync(join(cgroup.unified, '..')));
});

test('as long as a run goes on there, all stays', (t) => {
  const unit = temporaryFolder(t);
  const cgroup = leaveBehind(unit, 'supervisor', 'other.1.0123456789ab');
  writeFileSync(join(cgroup.unified, '../other.1.0123456789ab/cgroup.procs'), `${process.pid}\n`);
  removeEmptyBeside(cgroup);
  assert.equal(readFileSync(join(unit, 'cgroup.subtree_control'), 'utf8'), 'memory ');
  assert.deepEqual(readdirSync(join(cgroup.unified, '..')), ['other.1.0123456789ab', 'supervisor']);
});
