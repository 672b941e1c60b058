import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  createRuntimeFolder,
  MAX_SOCKET_PATH_BYTES,
  type RuntimeFolder,
  runtimeFolder,
  runtimeRoot,
} from '../../src/control/socket-path.ts';
import { temporaryFolder } from './fake-supervision.ts';

const uid = process.getuid?.() ?? 0;

function makeMachine(t: TestContext) {
  const root = temporaryFolder(t);
  const make = (name: string, mode = 0o700): string => {
    const folder = join(root, name);
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, mode);
    return folder;
  };
  const [stateDir, xdg, systemDir] = [make('shop/.omniroute'), make('xdg'), make('run')];
  const system = join(systemDir, uid === 0 ? 'omniroute' : `omniroute-${uid}`);
  return { root, make, stateDir, xdg, system, env: { XDG_RUNTIME_DIR: xdg }, host: { uid, systemDir } };
}

function found(result: ReturnType<typeof runtimeFolder>): RuntimeFolder {
  assert.ok('folder' in result, JSON.stringify(result));
  return result;
}

function problem(result: ReturnType<typeof runtimeFolder>): string {
  assert.ok('problem' in result, JSON.stringify(result));
  return result.problem;
}

test('the folder is made in the runtime folder of the user, for the owner alone', (t) => {
  const { stateDir, xdg, env, host } = makeMachine(t);
  const { folder, socket } = found(createRuntimeFolder(stateDir, env, host));
  assert.match(folder.slice(xdg.length), /^\/omniroute\/[0-9a-f]{16}$/);
  assert.equal(socket, `${folder}/control.sock`);
  for (const made of [folder, join(xdg, 'omniroute')]) assert.equal(statSync(made).mode & 0o777, 0o700);
  assert.deepEqual(createRuntimeFolder(stateDir, env, host), createRuntimeFolder(stateDir, env, host));
});

test('asking where it would be makes nothing and agrees with making it', (t) => {
  const { stateDir, xdg, env, host } = makeMachine(t);
  const asked = found(runtimeFolder(stateDir, env, host));
  assert.deepEqual(readdirSync(xdg), []);
  assert.deepEqual(createRuntimeFolder(stateDir, env, host), asked);
});

test('two ways to the same state folder are one project', (t) => {
  const { root, stateDir, env, host } = makeMachine(t);
  symlinkSync(stateDir, join(root, 'link'));
  assert.deepEqual(runtimeFolder(join(root, 'link'), env, host), runtimeFolder(stateDir, env, host));
});

test('without a runtime folder of the user the system has one, and else the state folder', (t) => {
  const { root, stateDir, system, host } = makeMachine(t);
  assert.ok(found(createRuntimeFolder(stateDir, {}, host)).folder.startsWith(`${system}/`));
  const without = { uid, systemDir: join(root, 'missing') };
  assert.equal(found(createRuntimeFolder(stateDir, {}, without)).folder, join(stateDir, 'run'));
});

test('a runtime folder that the environment names and others own or write is not ours to use', (t) => {
  const { root, make, stateDir, system, host } = makeMachine(t);
  for (const foreign of [make('open', 0o777), join(root, 'missing'), 'relative', '']) {
    assert.ok(found(createRuntimeFolder(stateDir, { XDG_RUNTIME_DIR: foreign }, host)).folder.startsWith(`${system}/`), foreign);
  }
});

test('a folder in our place that others can write is refused, by both, with its name', (t) => {
  const { stateDir, xdg, env, host, make } = makeMachine(t);
  make('xdg/omniroute', 0o777);
  for (const ask of [runtimeFolder, createRuntimeFolder]) {
    assert.match(
      problem(ask(stateDir, env, host)),
      new RegExp(`^${xdg}/omniroute can be written by other users \\(mode 777\\): .*chmod 700`),
    );
  }
});

test('a folder in our place that belongs to another user is refused', (t) => {
  const { stateDir, host, make } = makeMachine(t);
  const foreign = make(`run/omniroute-${uid + 1}`);
  assert.ok(
    problem(runtimeFolder(stateDir, {}, { ...host, uid: uid + 1 })).startsWith(`${foreign} belongs to another user (uid ${uid}): `),
  );
});

test("what another user listens at beside a state folder of his is passed over: it is his, and in nobody's place", (t) => {
  const { stateDir, host, make } = makeMachine(t);
  make('shop/.omniroute/run');
  const stranger = { ...host, uid: uid + 1 };
  assert.equal(dirname(found(runtimeFolder(stateDir, {}, stranger)).folder), join(host.systemDir, `omniroute-${uid + 1}`));
});

test('a link or a file in our place is refused', (t) => {
  const { stateDir, xdg, env, host, make } = makeMachine(t);
  symlinkSync(make('elsewhere'), join(xdg, 'omniroute'));
  assert.match(problem(createRuntimeFolder(stateDir, env, host)), /omniroute is not a folder/);
});

test('a path that is too long for a socket is passed over', (t) => {
  const { make, stateDir, system, host } = makeMachine(t);
  const long = make('x'.repeat(MAX_SOCKET_PATH_BYTES));
  assert.ok(found(createRuntimeFolder(stateDir, { XDG_RUNTIME_DIR: long }, host)).folder.startsWith(`${system}/`));
});

test('the limit counts bytes, to the last one', (t) => {
  const { root } = makeMachine(t);
  const nowhere = { uid, systemDir: join(root, 'y'.repeat(MAX_SOCKET_PATH_BYTES)) };
  const room = MAX_SOCKET_PATH_BYTES - Buffer.byteLength(join(root, '/run/control.sock')) - 1;
  const fits = join(root, 'z'.repeat(room));
  assert.equal(Buffer.byteLength(found(runtimeFolder(fits, {}, nowhere)).socket), MAX_SOCKET_PATH_BYTES);
  const tooLong = `${fits}z`;
  const text = problem(runtimeFolder(tooLong, {}, nowhere));
  assert.match(text, /may have at most 107 bytes/);
  assert.ok(text.includes(`${tooLong}/run/control.sock (108 bytes)`), text);
  assert.ok('problem' in runtimeFolder(`${fits.replace(/zz$/, 'é')}z`, {}, nowhere), 'é is two bytes');
});

test('the socket that is there is found, also where another place would come first', (t) => {
  const { stateDir, env, host } = makeMachine(t);
  const made = found(createRuntimeFolder(stateDir, {}, host));
  writeFileSync(made.socket, '');
  assert.deepEqual(runtimeFolder(stateDir, env, host), made);
});

test('a place that cannot be made is told with all that was tried', (t) => {
  const { root, host } = makeMachine(t);
  const text = problem(createRuntimeFolder(join(root, 'missing'), {}, { ...host, systemDir: join(root, 'nowhere') }));
  assert.match(text, /^no folder for the control socket can be made: ENOENT.*nowhere.*; ENOENT.*missing\/run/);
});

test('the folder of all projects of a user is where the first of them would be', (t) => {
  const { root, xdg, system, env, host } = makeMachine(t);
  assert.equal(runtimeRoot(env, host), join(xdg, 'omniroute'));
  assert.equal(runtimeRoot({}, host), system);
  assert.equal(runtimeRoot({}, { uid, systemDir: join(root, 'missing') }), null);
});
