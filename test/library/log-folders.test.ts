import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findLogFolders } from '../../src/library/log-folders.ts';

function stateDirWith(t: { after(cleanUp: () => void): void }, ...files: string[]): string {
  const stateDir = mkdtempSync(join(tmpdir(), 'omniroute-'));
  t.after(() => rmSync(stateDir, { recursive: true }));
  for (const file of files) {
    mkdirSync(join(stateDir, file, '..'), { recursive: true });
    writeFileSync(join(stateDir, file), '');
  }
  return stateDir;
}

const projectAt = (stateDir: string) => ({ ok: true as const, files: ['/p/omniroute.yaml'] as [string], name: 'p', stateDir, socket: '' });

test('every folder with a log is a service, also within folders', (t) => {
  const stateDir = stateDirWith(t, 'server/log.idx', 'tunnel/cloudflared/log.idx', 'server/crashes/1.txt');
  assert.deepEqual(
    [...findLogFolders(projectAt(stateDir))],
    [
      ['server', join(stateDir, 'server')],
      ['tunnel/cloudflared', join(stateDir, 'tunnel/cloudflared')],
    ],
  );
});

test("omniroute's own log is no service, nor is a folder that logged nothing", (t) => {
  const stateDir = stateDirWith(t, 'supervisor/log.idx', 'state.json', 'server/.pid');
  assert.deepEqual([...findLogFolders(projectAt(stateDir)).keys()], []);
});

test('a state folder that is not there has no logs', () => {
  assert.equal(findLogFolders(projectAt('/nowhere/at/all')).size, 0);
});
