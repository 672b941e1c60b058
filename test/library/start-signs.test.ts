import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { projectPointer } from '../../src/control/project-pointer.ts';
import { linkSocket } from '../../src/control/socket-link.ts';
import { takeLock } from '../../src/daemon/lock.ts';
import { signsOfStart } from '../../src/library/start-signs.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A project that never ran, and whether there is a sign of anything since it was asked last. */
function watchedProject(t: TestContext) {
  const folder = realpathSync(temporaryFolder(t));
  const file = join(folder, 'omniroute.yaml');
  const stateDir = join(folder, '.omniroute');
  writeFileSync(file, 'services: {}');
  const env = { XDG_RUNTIME_DIR: mkdtempSync(join(folder, 'run-')) };
  const look = () => signsOfStart({ files: [file], stateDir }, env);
  let last = look();
  const hasSign = (): boolean => {
    const before = last;
    last = look();
    return last !== before;
  };
  return { folder, file, stateDir, pointer: projectPointer(file, env) as string, hasSign };
}

test('while nothing happens there is no sign of anything', (t) => {
  const { hasSign } = watchedProject(t);
  assert.equal(hasSign(), false);
});

test('a supervisor shows itself as soon as it holds the lock, also one that comes after a dead one', async (t) => {
  const { stateDir, hasSign } = watchedProject(t);
  for (let start = 1; start <= 2; start++) {
    mkdirSync(stateDir, { recursive: true });
    const lock = await takeLock(stateDir);
    assert.ok(lock.ok);
    assert.equal(hasSign(), true);
    lock.release();
    hasSign();
  }
});

test('so do the pointer of its file, and the link to its socket, which need not be there yet', (t) => {
  const { stateDir, pointer, hasSign } = watchedProject(t);
  mkdirSync(dirname(pointer), { recursive: true });
  writeFileSync(pointer, '{}');
  assert.equal(hasSign(), true);
  mkdirSync(join(stateDir, 'supervisor'), { recursive: true });
  linkSocket(stateDir, join(stateDir, 'no-socket'));
  assert.equal(hasSign(), true);
  assert.equal(hasSign(), false);
});

test('a file that is saved, replaced or pointed elsewhere may name another project', (t) => {
  const { folder, file, hasSign } = watchedProject(t);
  writeFileSync(file, 'state_dir: elsewhere');
  assert.equal(hasSign(), true);
  writeFileSync(join(folder, 'other.yaml'), 'name: other');
  unlinkSync(file);
  symlinkSync('other.yaml', file);
  assert.equal(hasSign(), true);
  writeFileSync(join(folder, 'other.yaml'), 'name: another');
  assert.equal(hasSign(), true);
});
