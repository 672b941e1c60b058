import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { identifyFolder } from '../../src/daemon/folder-identity.ts';
import { findHolder, takeLock } from '../../src/daemon/lock.ts';
import { identify } from '../../src/process/identity.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('the first supervisor of a project takes the lock and writes its pid down', async (t) => {
  const dir = temporaryFolder(t);
  const lock = await takeLock(dir);
  assert.ok(lock.ok);
  assert.equal(readFileSync(join(dir, 'supervisor', '.pid'), 'utf8'), `${process.pid}\n`);
  lock.release();
  assert.deepEqual(readdirSync(join(dir, 'supervisor')), []);
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

test('who has just taken the lock after one that died is nobody yet: the pid that is written there is the dead one', async (t) => {
  const dir = temporaryFolder(t);
  const first = await takeLock(dir);
  assert.ok(first.ok);
  const self = identify(process.pid);
  assert.ok(self);
  writeIdentity(dir, { ...self, startTime: self.startTime - 1, folder: identifyFolder(dir) });
  const second = await takeLock(dir);
  assert.deepEqual(second.ok || second.holder.pid, 0);
  first.release();
});

test('a pid file whose process is dead, or is a stranger of the same number, does not keep anybody out', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'supervisor'));
  const self = identify(process.ppid);
  assert.ok(self);
  writeIdentity(dir, { ...self, startTime: self.startTime - 1, folder: identifyFolder(dir) });
  const lock = await takeLock(dir);
  assert.ok(lock.ok);
  lock.release();
});

test('a living holder that the kernel lock does not show (another network namespace) still keeps others out', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'supervisor'));
  const holder = identify(process.ppid);
  assert.ok(holder);
  writeIdentity(dir, { ...holder, folder: identifyFolder(dir) });
  const lock = await takeLock(dir);
  assert.equal(lock.ok, false);
});

test('the living holder of a folder that this one is a copy of keeps nobody out', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'supervisor'));
  writeIdentity(dir, { ...identify(process.ppid), folder: identifyFolder(join(dir, 'supervisor')) });
  assert.equal(findHolder(dir), null);
  const lock = await takeLock(dir);
  assert.ok(lock.ok);
  lock.release();
});

test('a pid file full of rubbish is overwritten', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'supervisor'));
  writeFileSync(join(dir, 'supervisor', '.pid'), '\0\0not a pid');
  writeFileSync(join(dir, 'supervisor', 'identity.json'), '\0\0no JSON');
  const lock = await takeLock(dir);
  assert.ok(lock.ok);
  lock.release();
});

function writeIdentity(dir: string, identity: object): void {
  writeFileSync(join(dir, 'supervisor', 'identity.json'), JSON.stringify(identity));
}
