import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeLock } from '../../src/daemon/lock.ts';
import { identify } from '../../src/process/identity.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('the first supervisor of a project takes the lock and writes its pid down', async (t) => {
  const dir = temporaryFolder(t);
  const lock = await takeLock(dir);
  assert.ok(lock.ok);
  assert.equal(readFileSync(join(dir, 'supervisor', '.pid'), 'utf8').split('\n')[0], String(process.pid));
  lock.release();
  assert.equal(existsSync(join(dir, 'supervisor', '.pid')), false);
});

test('a second supervisor is told who holds the lock, and gets it once it is released', async (t) => {
  const dir = temporaryFolder(t);
  const first = await takeLock(dir);
  assert.ok(first.ok);
  assert.deepEqual(await takeLock(dir).then((second) => second.ok || second.holder.pid), process.pid);
  first.release();
  const third = await takeLock(dir);
  assert.ok(third.ok);
  third.release();
});

test('a pid file whose process is dead, or is a stranger of the same number, does not keep anybody out', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'supervisor'));
  const self = identify(process.ppid);
  assert.ok(self);
  writeFileSync(join(dir, 'supervisor', '.pid'), `${self.pid}\n${JSON.stringify({ ...self, startTime: self.startTime - 1 })}\n`);
  const lock = await takeLock(dir);
  assert.ok(lock.ok);
  lock.release();
});

test('a living holder that the kernel lock does not show (another network namespace) still keeps others out', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'supervisor'));
  const holder = identify(process.ppid);
  assert.ok(holder);
  writeFileSync(join(dir, 'supervisor', '.pid'), `${holder.pid}\n${JSON.stringify(holder)}\n`);
  const lock = await takeLock(dir);
  assert.equal(lock.ok, false);
});

test('a pid file full of rubbish is overwritten', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'supervisor'));
  writeFileSync(join(dir, 'supervisor', '.pid'), '\0\0not a pid');
  const lock = await takeLock(dir);
  assert.ok(lock.ok);
  lock.release();
});
