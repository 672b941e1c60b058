import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildBin } from './built-bin.ts';

const bin = await buildBin();

function freshFolder(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(bin.dir, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

test('what init writes is valid, whatever it finds', async () => {
  const folders = [
    freshFolder('Empty Folder!', {}),
    freshFolder('npm', { 'package.json': '{"scripts":{"start":"node server.js --name \\"a: b\\""}}' }),
    freshFolder('procfile', { Procfile: 'web: node server.js # main\nworker: ruby work.rb ${HOME:-/}\n' }),
  ];
  for (const cwd of folders) {
    const written = await bin.run(['init'], { cwd });
    assert.equal(written.exitCode, 0, written.err);
    const { exitCode, out } = await bin.run(['validate'], { cwd });
    assert.equal(exitCode, 0, out);
  }
});

test('init never overwrites a file', async () => {
  const cwd = freshFolder('taken', { 'omniroute.yaml': 'mine' });
  const { exitCode, err } = await bin.run(['init'], { cwd });
  assert.equal(exitCode, 2);
  assert.match(err, /is there already/);
  assert.equal(readFileSync(join(cwd, 'omniroute.yaml'), 'utf8'), 'mine');
});

test('init writes the file that -f names, and no other', async () => {
  const cwd = freshFolder('named', { Procfile: 'web: sleep 60\n' });
  mkdirSync(join(cwd, 'sub'));
  const { exitCode, err } = await bin.run(['init', '-f', 'dev.yaml'], { cwd });
  assert.equal(exitCode, 0, err);
  assert.match(err, /with web; next: omniroute -f dev\.yaml up\n$/);
  assert.equal((await bin.run(['init', '-f', 'sub/dev.yaml'], { cwd })).exitCode, 0);
  assert.deepEqual([readdirSync(cwd).sort(), readdirSync(join(cwd, 'sub'))], [['Procfile', 'dev.yaml', 'sub'], ['dev.yaml']]);
  const elsewhere = await bin.run(['init', '--from', 'Procfile', '-f', 'sub/other.yaml'], { cwd });
  assert.deepEqual([elsewhere.exitCode, /is not beside Procfile/.test(elsewhere.err)], [2, true]);
  assert.equal((await bin.run(['init', '-f', 'a.yaml', '-f', 'b.yaml'], { cwd })).exitCode, 2);
});

test('init in a folder that cannot be written to says why', { skip: process.getuid?.() === 0 && 'root may write everywhere' }, async () => {
  const cwd = freshFolder('locked', {});
  chmodSync(cwd, 0o500);
  const { exitCode, err } = await bin.run(['init'], { cwd });
  chmodSync(cwd, 0o700);
  assert.equal(exitCode, 1);
  assert.match(err, /could not be written/);
});

const ECOSYSTEM = `module.exports = { apps: [{ name: 'api', script: 'api.js', cron_restart: '0 0 * * *' }] };\n`;

test('init --from says what is lost with its place, and keeps it as a comment', async () => {
  const cwd = freshFolder('compose', { 'compose.yaml': 'services:\n  a:\n    command: [sleep, "60"]\n    labels: [b]\n' });
  const { exitCode, err } = await bin.run(['init', '--from', 'compose.yaml'], { cwd });
  assert.equal(exitCode, 0, err);
  assert.match(err, /^compose\.yaml:4:5 warning not-carried: `labels`/m);
  assert.match(readFileSync(join(cwd, 'omniroute.yaml'), 'utf8'), /# line 4: `labels` is not carried over/);
  assert.equal((await bin.run(['validate'], { cwd })).out, 'omniroute.yaml: valid, 1 service\n');
});

test('init --from writes beside the file, where its relative paths begin', async () => {
  const cwd = freshFolder('above', {});
  mkdirSync(join(cwd, 'below'));
  writeFileSync(join(cwd, 'below/Procfile'), 'web: sleep 60\n');
  assert.equal((await bin.run(['init', '--from', 'below/Procfile'], { cwd })).exitCode, 0);
  assert.deepEqual([existsSync(join(cwd, 'omniroute.yaml')), existsSync(join(cwd, 'below/omniroute.yaml'))], [false, true]);
});

test('a JavaScript file is run only where it is trusted', async () => {
  const cwd = freshFolder('javascript', { 'ecosystem.config.cjs': ECOSYSTEM });
  const refused = await bin.run(['init', '--from', 'ecosystem.config.cjs'], { cwd });
  assert.equal(refused.exitCode, 2);
  assert.match(refused.err, /ecosystem\.config\.cjs is a program.*\n.*--trust/);
  const { exitCode, err } = await bin.run(['init', '--from', 'ecosystem.config.cjs', '--trust'], { cwd });
  assert.equal(exitCode, 0, err);
  assert.match(err, /ecosystem\.config\.cjs:1:60 warning not-carried: `cron_restart`/);
});

test('a JavaScript file that fails says how', async () => {
  const cwd = freshFolder('failing', { 'ecosystem.config.js': "throw new TypeError('no such thing');\n" });
  const { exitCode, err } = await bin.run(['init', '--from', 'ecosystem.config.js', '--trust'], { cwd });
  assert.equal(exitCode, 78);
  assert.match(err, /could not be run: TypeError: no such thing/);
});

test('a file that is there is written over with --force alone', async () => {
  const cwd = freshFolder('forced', { 'omniroute.yaml': 'mine', Procfile: 'web: sleep 60\n' });
  const { exitCode, err } = await bin.run(['init', '--from', 'Procfile'], { cwd });
  assert.equal(exitCode, 2, err);
  assert.equal(readFileSync(join(cwd, 'omniroute.yaml'), 'utf8'), 'mine');
  assert.equal((await bin.run(['init', '--from', 'Procfile', '--force'], { cwd })).exitCode, 0);
  assert.match(readFileSync(join(cwd, 'omniroute.yaml'), 'utf8'), /command: \[sleep, "60"\]/);
});

test('what cannot be read as it is ends with 78 and leaves nothing behind', async () => {
  const sources: Readonly<Record<string, RegExp>> = {
    'services: {a: {command: b, restart: x}}': /compose\.yaml:1:37 error wrong-type.*/,
    'services:\n  a: {command: sh, depends_on: [b]}\n  b: {command: sh, depends_on: [a]}\n': /compose\.yaml:2:3 error cycle: .*a → b → a/,
    'services: {}': /compose\.yaml:1:1 error nothing-to-run/,
  };
  let n = 0;
  for (const [text, expected] of Object.entries(sources)) {
    const cwd = freshFolder(`broken-${n++}`, { 'compose.yaml': text });
    const { exitCode, err } = await bin.run(['init', '--from', 'compose.yaml'], { cwd });
    assert.equal(exitCode, 78, err);
    assert.match(err, expected);
    assert.match(err, /nothing was written/);
    assert.deepEqual(readdirSync(cwd), ['compose.yaml']);
  }
  const { exitCode, err } = await bin.run(['init', '--from', 'nowhere.yaml'], { cwd: freshFolder('nowhere', {}) });
  assert.equal(exitCode, 78);
  assert.match(err, /nowhere\.yaml: there is no such file/);
});

test('what this machine lacks is told, and the file is written all the same', async () => {
  const cwd = freshFolder('clone', { 'compose.yaml': 'services: {a: {command: [no-such-program]}}\n' });
  const { exitCode, err } = await bin.run(['init', '--from', 'compose.yaml'], { cwd });
  assert.equal(exitCode, 0);
  assert.match(err, /compose\.yaml:1:12 warning missing-executable: `no-such-program` is not on PATH/);
});

test('init --json holds what was lost', async () => {
  const cwd = freshFolder('json', { 'compose.yaml': 'services: {a: {command: [sleep, "60"], labels: [b]}}\n' });
  const { out } = await bin.run(['init', '--from', 'compose.yaml', '--json'], { cwd });
  const { services, warnings } = JSON.parse(out) as { services: string[]; warnings: { code: string; place: { line: number } }[] };
  assert.deepEqual([services, warnings.map(({ code, place }) => [code, place.line])], [['a'], [['not-carried', 1]]]);
});
