import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildBin } from './built-bin.ts';

const bin = await buildBin();
const GOOD = `version: 1
name: shop
services:
  db: {command: [sleep, "60"], ports: {sql: 15432}, env: {DB_PASSWORD: hunter2, MODE: fast}}
  web:
    command: [sleep, "60"]
    depends_on: [db]
  spare: {command: [sleep, "60"]}
profiles: {extra: [spare]}
`;
bin.write('good.yaml', GOOD);
bin.write('bad.yaml', 'version: 1\nservices:\n  web:\n    comand: [sleep, "60"]\n');

test('--version prints the version and nothing else', async () => {
  for (const flag of ['--version', '-V'])
    assert.deepEqual(await bin.run([flag]), { exitCode: 0, signal: null, out: '1.2.3-test\n', err: '' });
});

test('--help goes to stdout and names every command with a sentence', async () => {
  const { exitCode, out, err } = await bin.run(['--help']);
  assert.equal(exitCode, 0);
  assert.equal(err, '');
  const names =
    'up down ps top status why logs events start stop restart signal enable disable wait run plan reload validate config schema init export boot completion';
  for (const name of names.split(' ')) assert.match(out, new RegExp(`^ {2}${name} {2,}\\S`, 'm'));
  assert.doesNotMatch(out, /__complete|__supervise|__load/);
});

test('every command explains itself, with its own options, in both spellings', async () => {
  for (const name of ['up', 'logs', 'wait']) {
    const { exitCode, out } = await bin.run([name, '--help']);
    assert.equal(exitCode, 0);
    assert.match(out, /Example/);
    assert.equal((await bin.run(['help', name])).out, out);
  }
});

test('no word at all, where nothing runs, is help', async () => {
  const { exitCode, out, err } = await bin.run([]);
  assert.equal(exitCode, 0);
  assert.equal(err, '');
  assert.match(out, /^Usage: omniroute/);
});

test('a command that does not exist ends with 2 and the nearest one', async () => {
  const { exitCode, out, err } = await bin.run(['restrat', 'web']);
  assert.equal(exitCode, 2);
  assert.equal(out, '');
  assert.match(err, /unknown command 'restrat'\n\(Did you mean restart\?\)/);
});

test('an option that does not exist ends with 2 and the nearest one', async () => {
  const { exitCode, err } = await bin.run(['ps', '--jsn']);
  assert.equal(exitCode, 2);
  assert.match(err, /Did you mean --json\?/);
});

test('a value that is wrong ends with 2 and says what would be right', async () => {
  const rows: [string[], RegExp][] = [
    [['up', '--max-restarts', '1x'], /--max-restarts.*whole number/],
    [['up', '-d', '--wait', 'web'], /--wait.*not a duration/],
    [['up', '--wait=5s'], /--wait needs -d/],
    [['down', '--grace', '10'], /--grace.*no unit/],
    [['logs', '--since', 'yesterday'], /--since.*A time looks like/],
    [['logs', '-g', '('], /--grep.*Unterminated group/],
    [['logs', '--stream', 'both'], /Allowed choices are out, err/],
    [['logs', '--run', '0'], /A run is/],
    [['logs', '-f', '--until', '10m'], /--until <time>' cannot be used with option '-f, --follow'/],
    [['signal', 'NOPE', 'web'], /Signals have names/],
    [['wait', 'web', '--for', 'ever'], /Allowed choices are ready, completed, stopped/],
    [['up', '--listen', '9000'], /An address looks like/],
    [['help', 'pss'], /unknown command 'pss'/],
    [['start'], /missing required argument 'service'/],
    [['boot'], /missing required argument 'action'\n`omniroute boot --help` explains it\n$/],
    [['up', '--dashboard', 'web'], /A port is a number from 1 to 65535, or 0 for any free one\. Services stand before this option\./],
    [['up', '-d', '--wait', 'web'], /`web` is not a duration: .*\. Services stand before this option\./],
    [['scale', 'web=0'], /"web=0" does not say how many\nwrite it as in web=6, from 1 on/],
    [['--color', 'blue', 'ps'], /Allowed choices are auto, always, never/],
  ];
  for (const [words, expected] of rows) {
    const { exitCode, err } = await bin.run(words);
    assert.equal(exitCode, 2, words.join(' '));
    assert.match(err, expected, words.join(' '));
  }
});

test('where there is no project file, it says where it looked and what to do, and ends with 78', async () => {
  for (const words of [['ps'], ['up'], ['logs'], ['validate'], ['config'], ['down']]) {
    const { exitCode, err } = await bin.run(words);
    assert.equal(exitCode, 78, words.join(' '));
    assert.ok(err.includes(`no omniroute.yaml in ${realpathSync(bin.dir)}`), err);
    assert.match(err, /omniroute init/);
  }
});

test('commands that ask or steer a project that does not run end with 3 and start nothing', async () => {
  const commands = [
    ['ps'],
    ['status', 'web'],
    ['why', 'web'],
    ['events'],
    ['start', 'web'],
    ['stop', 'web'],
    ['restart', 'web'],
    ['signal', 'HUP', 'web'],
    ['reload'],
    ['plan'],
    ['wait', 'web'],
  ];
  for (const words of commands) {
    const { exitCode, out, err } = await bin.run(['-f', 'good.yaml', ...words]);
    assert.equal(exitCode, 3, `${words.join(' ')}: ${err}`);
    assert.equal(out, '');
    assert.match(err, /shop is not running/);
  }
});

test('down of what does not run is done already', async () => {
  const { exitCode, err } = await bin.run(['down', '-f', 'good.yaml']);
  assert.equal(exitCode, 0);
  assert.match(err, /not running/);
  assert.equal((await bin.run(['-q', '-f', 'good.yaml', 'down'])).err, '');
});

test('with --json a refusal is a document on stdout too', async () => {
  const { exitCode, out } = await bin.run(['--json', '-f', 'good.yaml', 'ps']);
  assert.equal(exitCode, 3);
  const { schema, error } = JSON.parse(out);
  assert.equal(schema, 1);
  assert.equal(error.exitCode, 3);
});

test('validate says that a file is valid', async () => {
  const { exitCode, out } = await bin.run(['validate', 'good.yaml']);
  assert.deepEqual([exitCode, out], [0, 'good.yaml: valid, 3 services\n']);
});

test('validate shows what is wrong with its place and a suggestion, and ends with 78', async () => {
  const { exitCode, out } = await bin.run(['validate', 'good.yaml', 'bad.yaml']);
  assert.equal(exitCode, 78);
  assert.match(out, /bad\.yaml:4:5/);
  assert.match(out, /`command`/);
  assert.match(out, /good\.yaml: valid/);
});

test('validate --json is one document', async () => {
  const { exitCode, out } = await bin.run(['validate', '--json', 'bad.yaml']);
  assert.equal(exitCode, 78);
  const document = JSON.parse(out);
  assert.equal(document.schema, 1);
  assert.equal(document.valid, false);
  assert.ok(document.diagnostics.some(({ place }: { place: { line: number } | null }) => place?.line === 4));
});

test('an invalid file ends up with 78 and nothing on stdout', async () => {
  const { exitCode, out, err } = await bin.run(['up', '-f', 'bad.yaml', '--dry-run']);
  assert.deepEqual([exitCode, out], [78, '']);
  assert.match(err, /bad\.yaml:4:5/);
});

test('the project file is taken from OMNIROUTE_FILE, and -f is stronger', async () => {
  const env = { OMNIROUTE_FILE: join(bin.dir, 'good.yaml') };
  assert.equal((await bin.run(['validate'], { env })).exitCode, 0);
  assert.equal((await bin.run(['validate', '-f', 'bad.yaml'], { env })).exitCode, 78);
});

test('a global option is understood before the command and after it', async () => {
  const before = await bin.run(['--json', '-f', 'good.yaml', 'config']);
  const after = await bin.run(['config', '--json', '-f', 'good.yaml']);
  assert.equal(before.exitCode, 0);
  assert.equal(before.out, after.out);
});

test('config masks secrets unless they are asked for', async () => {
  const masked = JSON.parse((await bin.run(['-f', 'good.yaml', 'config', '--json'])).out);
  assert.equal(masked.services.db.env.DB_PASSWORD, '***');
  assert.equal(masked.services.db.env.MODE, 'fast');
  const revealed = JSON.parse((await bin.run(['-f', 'good.yaml', 'config', '--json', '--reveal'])).out);
  assert.equal(revealed.services.db.env.DB_PASSWORD, 'hunter2');
});

test('config is YAML for people', async () => {
  assert.match((await bin.run(['-f', 'good.yaml', 'config'])).out, /^name: shop$/m);
});

test('schema is the JSON Schema of the file', async () => {
  const { exitCode, out } = await bin.run(['schema']);
  assert.equal(exitCode, 0);
  assert.deepEqual(JSON.parse(out), JSON.parse(readFileSync('schemas/omniroute.schema.json', 'utf8')));
});

test('up --dry-run lists what would start in order, with ports, and without profiles that were not asked for', async () => {
  const { exitCode, out } = await bin.run(['-f', 'good.yaml', 'up', '--dry-run']);
  assert.equal(exitCode, 0);
  assert.match(out, /^1 +db +service +- +sql=15432 .*\n2 +web +service +db \(started\)/m);
  assert.doesNotMatch(out, /spare/);
  assert.match((await bin.run(['-f', 'good.yaml', 'up', '--dry-run', '--profile', 'extra'])).out, /spare .*extra/);
});

test('up --dry-run of one service brings what it depends on, unless told not to', async () => {
  const names = async (...words: string[]) =>
    JSON.parse((await bin.run(['--json', '-f', 'good.yaml', 'up', '--dry-run', ...words])).out).start.map(
      (service: { name: string }) => service.name,
    );
  assert.deepEqual(await names('web'), ['db', 'web']);
  assert.deepEqual(await names('web', '--no-deps'), ['web']);
});

test('a service that does not exist ends with 5 and the nearest one', async () => {
  const { exitCode, err } = await bin.run(['-f', 'good.yaml', 'up', '--dry-run', 'weeb']);
  assert.equal(exitCode, 5);
  assert.match(err, /no service is named "weeb" — did you mean `web`\?/);
  assert.equal((await bin.run(['-f', 'good.yaml', 'logs', 'wbe'])).exitCode, 5);
});

test('logs of a project that never ran says that there are none', async () => {
  const { exitCode, out, err } = await bin.run(['-f', 'good.yaml', 'logs', 'web']);
  assert.deepEqual([exitCode, out], [0, '']);
  assert.match(err, /nothing was logged yet/);
});

test('completion knows the services of the file, and is silent when there is none', async () => {
  assert.deepEqual(await bin.run(['-f', 'good.yaml', '__complete', 'services']), {
    exitCode: 0,
    signal: null,
    out: 'db\nweb\nspare\n',
    err: '',
  });
  assert.deepEqual(await bin.run(['__complete', 'services']), { exitCode: 0, signal: null, out: '', err: '' });
});

test('each completion script comes from the real commands; bash accepts its own', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) assert.match((await bin.run(['completion', shell])).out, /max-restarts/);
  const { out } = await bin.run(['completion', 'bash']);
  execFileSync('bash', ['-n'], { input: out });
});

test('a reader that goes away early ends the command quietly', async () => {
  const script = `set -o pipefail; "$0" "$1" schema | head -c 10 >/dev/null; echo "$?"`;
  const result = execFileSync('bash', ['-c', `${script} 2>&1`, process.execPath, bin.path], { encoding: 'utf8' });
  assert.equal(result, '0\n');
});

test('--color decides, whatever stdout is', async () => {
  assert.ok((await bin.run(['--color', 'always', 'validate', 'good.yaml'])).out.includes('\u001b[32m'));
  assert.ok(!(await bin.run(['validate', 'good.yaml'])).out.includes('\u001b'));
  assert.ok((await bin.run(['validate', 'good.yaml'], { env: { FORCE_COLOR: '1' } })).out.includes('\u001b[32m'));
});
