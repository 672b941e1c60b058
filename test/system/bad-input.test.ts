// Bad input never hurts what runs: every case is told clearly, ends with a code of its own, and touches no process.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { BAD_FILES, filesOf } from '../config/bad-files.ts';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const GOOD = 'services: {server: {command: puppet server}}\n';

function writeFiles(project: Project, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project.dir, name)), { recursive: true });
    writeFileSync(join(project.dir, name), content);
  }
}

/** The first line that is about the file. */
function firstDiagnostic(stderr: string): string {
  return stderr.split('\n').find((line) => /:\d+:\d+ error /.test(line)) ?? stderr;
}

projectTest('up refuses every bad file with its place, exits with 78 and starts nothing', async (project) => {
  for (const [name, { text, says }] of Object.entries(BAD_FILES)) {
    writeFiles(project, filesOf(text));
    const stderr = await project.fail(78, 'up', '-d');
    assert.equal(firstDiagnostic(stderr).slice(0, says.length), says, name);
    assert.ok(!existsSync(project.stateDir), `${name}: nothing was begun`);
  }
  assert.deepEqual(project.leftovers(), []);
});

projectTest('a file behind a file, or behind links in a circle, is as bad in the foreground', async (project) => {
  symlinkSync('circle.yaml', join(project.dir, 'circle.yaml'));
  project.write(GOOD);
  for (const [file, says] of [
    ['circle.yaml', 'a link on the way leads in a circle'],
    ['omniroute.yaml/x', 'there is no such file'],
  ] as const)
    for (const up of [['up'], ['up', '-d']])
      assert.equal(firstDiagnostic(await project.fail(78, '-f', file, ...up)), `${file}:1:1 error no-file: ${says}`);
});

projectTest('an edit that makes the file bad in any of these ways touches nothing that runs', async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d', '--no-watch');
  const { pid } = await project.puppet('server').nextRun();
  for (const [name, { text, says }] of Object.entries(BAD_FILES)) {
    writeFiles(project, filesOf(text));
    const stderr = await project.fail(78, 'reload');
    assert.equal(firstDiagnostic(stderr).slice(0, says.length), says, name);
  }
  const { services, generation, file } = await project.snapshot();
  assert.deepEqual([services.map((service) => service.pid), generation, file.status], [[pid], 1, 'invalid']);
  project.write(GOOD);
  await project.succeed('reload');
  assert.equal((await project.snapshot()).file.status, 'current');
});

projectTest('down stops what runs though the file is broken by now', async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d', '--no-watch');
  project.write('services: [');
  await project.succeed('down');
});

projectTest('an expression that backtracks for ever costs its match, not the service nor omniroute', async (project) => {
  project.write(`
services:
  server:
    command: puppet server
    outputs: {url: {match: "(a+)+$"}}
  other: {command: puppet other}
`);
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  await server.print(`${'a'.repeat(5_000)}!\n`);
  const { text } = await project.event('server', 'pattern-dropped');
  assert.match(text, /output:url|url/);
  assert.ok(server.alive);
  await project.succeed('restart', 'other');
});

projectTest('a value with newlines, quotes and = reaches the service as it is', async (project) => {
  const value = 'a=b\n"c" \'d\' $HOME `e`\n=\ttab ünïcode';
  project.write(`services: {server: {command: puppet server, env: {VALUE: ${JSON.stringify(value)}}}}`);
  await project.succeed('up', '-d');
  assert.equal((await project.puppet('server').nextRun()).hello.env['VALUE'], value);
});

projectTest('a state folder that cannot be made is named, with what to do', async (project) => {
  project.write('services: {server: {command: puppet server}}\nstate_dir: ./taken/state\n');
  project.write('a file where a folder should be', 'taken');
  const stderr = await project.fail(78, 'up', '-d');
  assert.match(stderr, /omniroute\.yaml:2:12 error bad-state-dir: the state folder .*taken\/state is inside .*taken, which is a file/);
});

projectTest('a state folder that is a file is told with its place and a way out, whatever is asked', async (project) => {
  project.write('state_dir: ./taken\nservices: {server: {command: puppet server}}\n');
  project.write('a file where a folder should be', 'taken');
  const commands = ['validate', 'up -d', 'ps', 'down', 'down --force', 'logs', 'events', 'why server', 'wait server', 'plan'];
  for (const command of commands) {
    const { code, stdout, stderr } = await project.run(...command.split(' '));
    assert.equal(code, 78, command);
    assert.match(stdout + stderr, /omniroute\.yaml:1:12 error bad-state-dir: the state folder \S+taken is a file, not a folder/, command);
    assert.match(stdout + stderr, /name another folder, or move \S+taken away/, command);
    assert.doesNotMatch(stdout + stderr, /ENOTDIR/, command);
  }
  project.write('services: {server: {command: puppet server}}\n');
  project.write('', '.omniroute');
  assert.match((await project.run('validate')).stdout, /set `state_dir` to another folder, or move \S+\.omniroute away/);
});

/** Moves the state folder away and puts a file in its place; returns what gives it back. */
function replaceStateFolder(project: Project): () => void {
  const aside = join(project.root, 'aside');
  renameSync(project.stateDir, aside);
  writeFileSync(project.stateDir, '');
  return () => {
    rmSync(project.stateDir);
    renameSync(aside, project.stateDir);
  };
}

const STATE_FILE = /the state folder \S+\.omniroute is a file, not a folder\n.*move \S+\.omniroute away/;

projectTest('a file in place of the state folder of a project that ran is told by every command', async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d');
  await project.succeed('down');
  replaceStateFolder(project);
  for (const command of ['ps', 'down', 'down --force', 'logs', 'logs -f', 'events', 'wait server', 'stop server'])
    assert.match(await project.fail(78, ...command.split(' ')), STATE_FILE, command);
});

projectTest('a file in place of the state folder of a running project takes its logs, and nothing else', async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  const giveBack = replaceStateFolder(project);
  await first.exit(1);
  const second = await project.puppet('server').nextRun();
  assert.match(await project.succeed('why', 'server'), /exit 1/);
  await project.succeed('restart', 'server');
  await second.ended;
  assert.match(await project.fail(78, 'logs'), STATE_FILE);
  await project.succeed('down');
  assert.deepEqual(project.leftovers(), []);
  giveBack();
});

projectTest('where the state folder of a killed omniroute became a file, nobody says that nothing runs', async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d');
  const { pid } = await project.puppet('server').nextRun();
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  const giveBack = replaceStateFolder(project);
  await eventually(
    () => 'the supervisor to be gone',
    async () => ((await project.run('ps')).code === 3 ? true : null),
  );
  assert.match(await project.fail(3, 'ps'), new RegExp(`still runs: server \\(pid ${pid}\\)`));
  for (const command of ['down', 'down --force'])
    assert.match(await project.fail(78, ...command.split(' ')), /is a file, not a folder[^]*move \S+\.omniroute away/, command);
  giveBack();
});

projectTest('a state folder on a file system that is read-only is named as such', async (project, context) => {
  const folder = join(project.dir, 'readonly');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return context.skip('mounting is not allowed here');
  }
  try {
    project.write('services: {server: {command: puppet server}}\nstate_dir: ./readonly/state\n');
    assert.match(await project.fail(1, 'up', '-d'), /readonly\/state cannot be used: its file system is read-only/);
  } finally {
    execFileSync('umount', [folder]);
  }
});

projectTest('a path too long for a socket is told before anything is started', async (project, context) => {
  // Root has /run for its socket, whatever the environment says; anybody else without a runtime folder has the state folder alone.
  const asNobody = { uid: 65_534, gid: 65_534, cwd: project.dir, env: { ...project.env, XDG_RUNTIME_DIR: '' }, encoding: 'utf8' } as const;
  const bin = process.env['OMNIROUTE_BIN'] as string;
  if (process.getuid?.() !== 0 || spawnSync(process.execPath, [bin, '--version'], asNobody).status !== 0)
    return context.skip('running as another user takes root, and a checkout that others can read');
  project.write(`state_dir: ./${'d'.repeat(120)}\nservices: {server: {command: [sleep, "1000"]}}\n`);
  for (const path of [project.root, project.dir, project.file]) chownSync(path, 65_534, 65_534);
  const { status, stderr } = spawnSync(process.execPath, [bin, 'up', '-d'], asNobody);
  assert.equal(status, 1);
  assert.match(stderr, /107 bytes/);
});

projectTest('a stale socket of a supervisor that was killed is no obstacle', async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await project.succeed('up', '-d');
  assert.equal((await project.service('server')).pid, first.pid);
});

/** A process that has nothing to do with the project. */
async function withStranger(body: (stranger: ChildProcess) => Promise<void>): Promise<void> {
  const stranger = spawn('sleep', ['1000'], { stdio: 'ignore' });
  try {
    await body(stranger);
    assert.deepEqual([stranger.exitCode, stranger.signalCode], [null, null], 'the stranger was not touched');
  } finally {
    stranger.kill('SIGKILL');
  }
}

projectTest("a pid file that names a stranger's process leads to no signal for it", async (project) => {
  project.write(GOOD);
  await withStranger(async ({ pid }) => {
    project.write(`${pid}\n`, '.omniroute/server/.pid');
    project.write(`${pid}\n`, '.omniroute/supervisor/.pid');
    await project.succeed('up', '-d');
    await project.puppet('server').nextRun();
    await project.succeed('restart', 'server');
    await project.succeed('down', '--force');
  });
});

projectTest("a state file with a stranger's pid leads to no signal for it", async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  const state = await eventually(
    () => 'the run to be on record',
    () => (existsSync(join(project.stateDir, 'state.json')) ? project.read('.omniroute/state.json') : null),
  );
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await withStranger(async ({ pid }) => {
    // The number was used again: same pid in the record, another process behind it.
    project.write(state.replaceAll(`"pid":${first.pid}`, `"pid":${pid}`).replaceAll('"marker":"', '"marker":"x'), '.omniroute/state.json');
    await project.succeed('up', '-d');
    assert.equal((await project.service('server')).pid, first.pid);
    await project.succeed('down');
  });
});

projectTest('a state file that cannot be understood is set aside, and said so', async (project) => {
  project.write(GOOD);
  project.write('{"schema":1,"runs":[{"serv', '.omniroute/state.json');
  await project.succeed('up', '-d');
  const { text } = await project.event(null, 'lost');
  assert.match(text, /state\.json could not be understood and was set aside/);
  assert.equal(readdirSync(project.stateDir).filter((name) => name.startsWith('state.json.broken-')).length, 1);
});

projectTest('a socket of somebody else in our place is not mistaken for a supervisor', async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  const path = readlinkSync(join(project.stateDir, 'supervisor', 'control.sock'));
  await project.succeed('down');
  mkdirSync(dirname(path), { mode: 0o700 });
  const stranger = createServer((connection) => connection.resume().end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
  await new Promise<void>((done) => stranger.listen(path, done));
  try {
    assert.match(await project.fail(1, 'ps'), /does not answer as it should/);
  } finally {
    await new Promise((done) => stranger.close(done));
    rmSync(path, { force: true });
  }
});
