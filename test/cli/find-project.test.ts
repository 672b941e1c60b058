import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findProject } from '../../src/cli/find-project.ts';
import { createInvocation, type Invocation } from '../../src/cli/invocation.ts';
import { findProjectFiles } from '../../src/cli/project-files.ts';
import { projectPointer } from '../../src/control/project-pointer.ts';

/** A folder with a project file in it, and a runtime folder of its own. */
function arrange(t: TestContext, text: string): { invocation: Invocation; dir: string; file: string; leavePointer(of: string): void } {
  const dir = mkdtempSync(join(tmpdir(), 'omniroute-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const runtime = join(dir, 'run');
  mkdirSync(join(runtime, 'omniroute'), { recursive: true, mode: 0o700 });
  const file = join(dir, 'omniroute.yaml');
  writeFileSync(file, text);
  const env = { XDG_RUNTIME_DIR: runtime };
  const silent = { ...createInvocation({}).err, write: () => undefined };
  const leavePointer = (of: string) => {
    const path = projectPointer(of, env) as string;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify({ files: [of], stateDir: '/state', name: 'shop', socket: '/run/control.sock', pid: 1 }));
  };
  return { invocation: { ...createInvocation({}), env, cwd: dir, err: silent }, dir, file, leavePointer };
}

test('a project that was up once is found without reading its file, however broken that is now', async (t) => {
  const { invocation, file, leavePointer } = arrange(t, 'not: [yaml');
  leavePointer(file);
  assert.deepEqual(await findProject(invocation), {
    ok: true,
    files: [file],
    name: 'shop',
    stateDir: '/state',
    socket: '/run/control.sock',
  });
});

test('a project is the same one whatever link leads to its file', async (t) => {
  const { invocation, dir, file, leavePointer } = arrange(t, '');
  leavePointer(file);
  symlinkSync(file, join(dir, 'link.yaml'));
  const found = await findProject({ ...invocation, files: ['link.yaml'] });
  assert.ok(found.ok);
  assert.equal(found.stateDir, '/state');
});

test('a running project whose file was deleted is still found by its name', async (t) => {
  const { invocation, file, leavePointer } = arrange(t, '');
  leavePointer(file);
  rmSync(file);
  assert.equal((await findProject({ ...invocation, files: [file] })).ok, true);
});

test('a project that never ran has a state folder and no socket, and looking creates nothing', async (t) => {
  const { invocation, dir } = arrange(t, 'version: 1\nname: shop\nservices: {web: {command: [sleep, "1"]}}\n');
  const found = await findProject(invocation);
  assert.ok(found.ok);
  assert.deepEqual([found.name, found.stateDir, found.socket], ['shop', join(dir, '.omniroute'), null]);
});

test('without a pointer, a file that does not load is a refusal with 78', async (t) => {
  const { invocation } = arrange(t, 'not: [yaml');
  const found = await findProject(invocation);
  assert.ok(!found.ok);
  assert.equal(found.exitCode, 78);
});

test('the file is found from a folder below it', (t) => {
  const { invocation, dir, file } = arrange(t, '');
  mkdirSync(join(dir, 'a/b'), { recursive: true });
  assert.deepEqual(findProjectFiles({ ...invocation, cwd: join(dir, 'a/b') }), { ok: true, files: [file] });
});

test('-f is stronger than OMNIROUTE_FILE, and both may name several files', () => {
  const from = (files: string[], OMNIROUTE_FILE?: string) => findProjectFiles({ files, env: { OMNIROUTE_FILE }, cwd: '/p' });
  assert.deepEqual(from(['a.yaml', '/b.yaml'], '/c.yaml'), { ok: true, files: ['/p/a.yaml', '/b.yaml'] });
  assert.deepEqual(from([], '/c.yaml:d.yaml'), { ok: true, files: ['/c.yaml', '/p/d.yaml'] });
});
