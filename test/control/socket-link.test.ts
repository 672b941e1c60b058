import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { currentSocket, linkedRuntimeFolder, linkSocket, unlinkSocket } from '../../src/control/socket-link.ts';
import { createRuntimeFolder, type RuntimeFolder } from '../../src/control/socket-path.ts';
import { temporaryFolder } from './fake-supervision.ts';

/** A state folder whose supervisor listens, or listened, in a runtime folder of its environment. */
function arrange(t: TestContext): { root: string; stateDir: string; runtime: RuntimeFolder } {
  const root = temporaryFolder(t);
  const [stateDir, xdg] = [join(root, 'shop'), join(root, 'xdg')];
  mkdirSync(join(stateDir, 'supervisor'), { recursive: true });
  mkdirSync(xdg, { mode: 0o700 });
  const runtime = createRuntimeFolder(stateDir, { XDG_RUNTIME_DIR: xdg });
  assert.ok('folder' in runtime, JSON.stringify(runtime));
  linkSocket(stateDir, runtime.socket);
  return { root, stateDir, runtime: { folder: runtime.folder, socket: runtime.socket } };
}

test('the link leads to the runtime folder whatever the environment says, until the supervisor has ended in order', (t) => {
  const { stateDir, runtime } = arrange(t);
  assert.deepEqual(linkedRuntimeFolder(stateDir), runtime);
  unlinkSocket(stateDir);
  assert.equal(linkedRuntimeFolder(stateDir), null);
});

test('a copy of a project does not lead to the supervisor of the original', (t) => {
  const { root, stateDir } = arrange(t);
  const copy = join(root, 'copy');
  cpSync(stateDir, copy, { recursive: true, verbatimSymlinks: true });
  assert.equal(linkedRuntimeFolder(copy), null);
});

test('a runtime folder that is gone, or that others can write, is not followed to', (t) => {
  const { stateDir, runtime } = arrange(t);
  chmodSync(runtime.folder, 0o777);
  assert.equal(linkedRuntimeFolder(stateDir), null);
  rmSync(runtime.folder, { recursive: true });
  assert.equal(linkedRuntimeFolder(stateDir), null);
});

test('where it listens by now is what the link says, and what is known where there is none', (t) => {
  const { stateDir, runtime } = arrange(t);
  for (const known of [runtime.socket, '/elsewhere/control.sock', null]) assert.equal(currentSocket(stateDir, known), runtime.socket);
  unlinkSocket(stateDir);
  assert.equal(currentSocket(stateDir, '/elsewhere/control.sock'), '/elsewhere/control.sock');
  assert.equal(currentSocket(stateDir, null), null);
});
