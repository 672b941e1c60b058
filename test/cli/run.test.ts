// `run`: a command as a service would be run, in whose place the command line ends.
import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { test } from 'node:test';
import { buildBin } from './built-bin.ts';

const bin = await buildBin();
bin.write('omniroute.yaml', 'services: {db: {command: [sleep, "60"], ports: {sql: 15432}, env: {MODE: fast}}}\n');

/** As `omniroute run db -- WORDS`. */
function runInDb(...words: readonly string[]) {
  return bin.run(['run', 'db', '--', ...words]);
}

test('run gives a command the folder and the environment of the service, and ends as it does', async () => {
  const { exitCode, out } = await runInDb('sh', '-c', 'pwd; echo "$PORT $PORT_SQL $MODE ${OMNIROUTE_RUN-none}"; exit 7');
  assert.equal(exitCode, 7);
  assert.equal(out, `${realpathSync(bin.dir)}\n15432 15432 fast none\n`);
});

test('run of a command that a signal ends is ended by that signal', async () => {
  for (const signal of ['TERM', 'INT', 'HUP', 'KILL'])
    assert.equal((await runInDb('sh', '-c', `kill -${signal} $$`)).signal, `SIG${signal}`);
});

test('run of a command ended by a signal that would start a debugger here, or dump a core, ends with its number', async () => {
  for (const signal of ['USR1', 'QUIT', 'ABRT', 'SEGV', 'PIPE'] as const) {
    const { exitCode, err } = await runInDb('sh', '-c', `kill -${signal} $$`);
    assert.equal(exitCode, 128 + constants.signals[`SIG${signal}`], signal);
    assert.equal(err, '');
  }
});

test('run without a command is a mistake of usage', async () => {
  for (const words of [[], ['--'], ['--', ''], ['']]) {
    const { exitCode, err } = await bin.run(['run', 'db', ...words]);
    assert.equal(exitCode, 2, err);
    assert.doesNotMatch(err, /internal error/);
  }
});

test('run of a program that is not there, or may not be run, says so and ends as a shell would', async () => {
  const dir = realpathSync(bin.dir);
  const missing = await runInDb('./no-such-program');
  assert.equal(missing.exitCode, 127);
  assert.match(missing.err, new RegExp(`omniroute: ${dir}/no-such-program does not exist\nthe folder and the PATH of db count here`));
  const nowhere = await runInDb('no-such-program');
  assert.equal(nowhere.exitCode, 127);
  assert.match(nowhere.err, /omniroute: no-such-program was not found: searched PATH=\//);
  for (const [program, message] of Object.entries({
    './omniroute.yaml': `${dir}/omniroute.yaml is not executable`,
    './omniroute.yaml/x': `${dir}/omniroute.yaml/x could not be started: a part of its path is a file, not a folder`,
    '/': '/ is a folder, not a program',
  }))
    assert.deepEqual(await runInDb(program), { exitCode: 126, signal: null, out: '', err: `omniroute: ${message}\n` });
});

test('run in a folder that is not one says which folder', async () => {
  bin.write(
    'folder.yaml',
    'services: {db: {command: [sleep, "60"], cwd: ./folder.yaml}, web: {command: [sleep, "60"]}}\nprofiles: {extra: [db]}\n',
  );
  const { exitCode, err } = await bin.run(['-f', 'folder.yaml', 'run', 'db', '--', 'true']);
  assert.deepEqual([exitCode, err], [126, `omniroute: cwd ${realpathSync(bin.dir)}/folder.yaml is not a folder\n`]);
});
