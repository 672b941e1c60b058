import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Notification, openNotifySocket } from '../../src/process/notify-socket.ts';
import { eventually } from '../rig/within.ts';

const SAY = `import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendto(sys.argv[2].encode(), sys.argv[1])`;

function pathOf(program: string): string | null {
  const script = program === 'perl' ? ['-e', 'print $^X'] : ['-c', 'import sys; sys.stdout.write(sys.executable)'];
  try {
    return execFileSync(program, script, { encoding: 'utf8' });
  } catch {
    return null;
  }
}

/** A folder of its own, and a PATH on which nothing but these programs is found. */
function stage(context: TestContext, programs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  const path = process.env['PATH'];
  for (const program of programs) symlinkSync(pathOf(program) as string, join(folder, program));
  process.env['PATH'] = folder;
  context.after(() => {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

for (const program of ['perl', 'python3']) {
  const isThere = pathOf(program) !== null && pathOf('python3') !== null;
  test(`${program} hears what is said, and leaves with the socket`, { skip: isThere ? false : `no ${program} here` }, async (context) => {
    const python = pathOf('python3') as string;
    const path = join(stage(context, [program]), 'socket');
    const heard: Notification[] = [];
    const opened = await openNotifySocket(path, { message: (what) => heard.push(what), lost: (how) => assert.fail(how) });
    assert.ok(typeof opened !== 'string', String(opened));
    assert.equal(statSync(path).mode & 0o777, 0o700, 'nobody else may speak to it');
    for (const text of ['STATUS=about to\nREADY=1\n', 'WATCHDOG=1', 'RELOADING=1', 'WATCHDOG=trigger'])
      execFileSync(python, ['-c', SAY, path, text]);
    await eventually(
      () => `three words to be heard; heard so far: ${heard.join()}`,
      () => (heard.length === 3 ? true : null),
    );
    assert.deepEqual(heard, ['ready', 'ping', 'stuck']);
    opened.close();
    await eventually(
      () => 'the helper to leave and take its socket along',
      () => (existsSync(path) ? null : true),
    );
  });
}

test('where none of the programs is installed, that is what is said', async (context) => {
  const path = join(stage(context, []), 'socket');
  const opened = await openNotifySocket(path, { message: () => {}, lost: () => {} });
  assert.equal(opened, 'perl: not installed; python3: not installed');
});
