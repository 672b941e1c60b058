import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { buildBin } from './built-bin.ts';
import { type FakeSupervisor, superviseFalsely } from './fake-supervisor.ts';
import { sampleEntry, sampleProject, sampleService, stoppedService } from './sample.ts';

const bin = await buildBin();
// Nothing here may read it: a command that did would fail.
bin.write('omniroute.yaml', 'not: [yaml');
const runtime = mkdtempSync(join(dirname(bin.dir), 'r-'));
const fake: FakeSupervisor = await superviseFalsely(join(bin.dir, 'omniroute.yaml'), runtime);
after(() => fake.close());
const run = (...words: string[]) => bin.run(words, { env: { XDG_RUNTIME_DIR: runtime } });

const server = sampleService({ ports: { http: 20128 }, why: '-' });
const mitm = sampleService({ name: 'mitm', state: 'backoff', pid: null, why: 'exit 1: "busy"' });

beforeEach(() => {
  fake.snapshot = sampleProject({ services: [server, mitm, stoppedService('spare')] });
  fake.why = null;
  fake.commands.length = 0;
  fake.onCommand = () => ({ status: 200, body: { message: 'done', seq: 10 } });
});

test('ps shows the services on stdout and what else there is to say on stderr', async () => {
  const { exitCode, out, err } = await run('ps');
  assert.equal(exitCode, 0);
  assert.match(out, /^SERVICE +STATE .*\nserver +ready .* 20128 +-\nmitm +backoff .*exit 1: "busy"\n$/);
  assert.equal(err, 'not started: spare (ps -a shows them)\n');
});

test('no word at all, where the project runs, is ps', async () => {
  assert.match((await run()).out, /^SERVICE +STATE/);
});

test('ps -a shows services too that were never started, and -q leaves only data', async () => {
  const { out, err } = await run('ps', '-a');
  assert.match(out, /^spare +stopped/m);
  assert.equal(err, '');
  assert.equal((await run('ps', '-q')).err, '');
});

test('ps --json is the whole snapshot as one document', async () => {
  const document = JSON.parse((await run('ps', '--json')).out);
  assert.equal(document.schema, 1);
  assert.deepEqual(document, fake.snapshot);
});

test('status and why show one service', async () => {
  fake.why = { service: 'mitm', state: 'backoff', chain: [{ text: 'exit 1', at: null, place: 'omniroute.yaml:3:5' }], crashReport: null };
  assert.match((await run('status', 'server')).out, /^server\n {2}state +ready/);
  assert.match((await run('why', 'mitm')).out, /^mitm is backoff\n.*exit 1 +omniroute.yaml:3:5\n$/);
});

test('a service that does not exist ends with 5, the nearest name, and all names', async () => {
  for (const words of [['status'], ['why'], ['start'], ['stop'], ['restart'], ['signal', 'HUP'], ['enable'], ['disable'], ['wait']]) {
    const { exitCode, out, err } = await run(...words, 'sevrer');
    assert.equal(exitCode, 5, words.join(' '));
    assert.equal(out, '');
    assert.match(err, /no service is named "sevrer" — did you mean `server`\?\nservices: server, mitm, spare/);
  }
  assert.equal(fake.commands.length, 0);
});

test('events prints the journal so far and ends', async () => {
  fake.say(sampleEntry({ seq: 9, type: 'crashed', text: 'exit 1' }));
  fake.say(sampleEntry({ seq: 10, type: 'ready', text: 'is ready' }));
  const { exitCode, out } = await run('events');
  assert.equal(exitCode, 0);
  assert.match(out, /server +crashed +exit 1\n.*server +ready +is ready\n$/);
  const lines = (await run('events', '--json')).out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ schema, type }) => [schema, type]),
    [
      [1, 'crashed'],
      [1, 'ready'],
    ],
  );
});

test('events -n shows the last entries only', async () => {
  const seqs = async (...words: string[]) => {
    const { exitCode, out, err } = await run('events', '--json', ...words);
    assert.equal(exitCode, 0, err);
    return out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).seq as number]));
  };
  assert.deepEqual(await seqs('-n', '1'), [10]);
  assert.deepEqual(await seqs('--lines', '200'), [9, 10]);
  assert.deepEqual(await seqs('-n', '0'), []);
  const { exitCode, err } = await run('events', '-n', 'many');
  assert.equal(exitCode, 2);
  assert.match(err, /whole number/);
});

test('events -f -n begins with the last entries, and ends with the stream', async () => {
  fake.endsStreams = true;
  const { out } = await run('events', '-f', '-n', '1', '--json');
  fake.endsStreams = false;
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => [JSON.parse(line).seq, JSON.parse(line).type]),
    [[10, 'ready']],
  );
});

test('waiting for the end of a service that never completes ends at once, with what to do', async () => {
  const { exitCode, err } = await run('wait', '--for', 'completed', 'server');
  assert.equal(exitCode, 2);
  assert.match(err, /server never completes: .*\n.*`type: job` or `restart: on-failure`/);
});

test('signal and enable give their order and are done', async () => {
  assert.equal((await run('signal', 'hup', 'server')).err, 'server signalled with SIGHUP\n');
  assert.equal((await run('enable', 'mitm')).err, 'mitm enabled\n');
  assert.deepEqual(fake.commands, [
    { type: 'signal', services: ['server'], signal: 'SIGHUP' },
    { type: 'enable', services: ['mitm'] },
  ]);
});

test('restart returns when the service is ready again', async () => {
  fake.onCommand = () => {
    fake.snapshot = sampleProject({ services: [{ ...server, state: 'stopping' }], seq: 20 });
    setImmediate(() => {
      fake.say(sampleEntry({ seq: 21, type: 'starting' }));
      fake.snapshot = sampleProject({ services: [server], seq: 22 });
      fake.say(sampleEntry({ seq: 22, type: 'ready', text: 'is ready' }));
    });
    return { status: 200, body: { message: 'done', seq: 20 } };
  };
  const { exitCode, err } = await run('restart', 'server');
  assert.equal(exitCode, 0);
  assert.match(err, /server ready\n$/);
  assert.deepEqual(fake.commands, [{ type: 'restart', services: ['server'] }]);
});

test('restart of a service that gives up ends with 1, the reason and where to look', async () => {
  fake.why = { service: 'server', state: 'failed', chain: [], crashReport: '/state/server/crashes/1.txt' };
  fake.onCommand = () => {
    fake.snapshot = sampleProject({ services: [{ ...server, state: 'failed', why: 'exit 1: "no"', logFile: '/nowhere/log' }], seq: 30 });
    return { status: 200, body: { message: 'done', seq: 30 } };
  };
  const { exitCode, err } = await run('restart', 'server');
  assert.equal(exitCode, 1);
  assert.match(err, /server is failed: exit 1: "no"\n {2}crash report: \/state\/server\/crashes\/1.txt\n.*omniroute why server/);
});

test('a wait that takes too long ends with 124 and says that omniroute goes on', async () => {
  const { exitCode, err } = await run('wait', 'mitm', '--timeout', '1ms');
  assert.equal(exitCode, 124);
  assert.match(err, /timed out/);
  assert.match(err, /mitm is backoff: exit 1: "busy"/);
});

test('wait for what is so already is done, and changes nothing', async () => {
  assert.equal((await run('wait', 'server')).exitCode, 0);
  assert.equal((await run('wait', 'spare', '--for', 'stopped')).exitCode, 0);
  assert.equal(fake.commands.length, 0);
});

test('plan ends with 10 when there are changes and 0 when there are none', async () => {
  const answerWith = (details: object) => {
    fake.onCommand = () => ({ status: 200, body: { message: 'done', seq: 10, details } });
  };
  answerWith({ refused: [], project: [], services: [{ service: 'server', class: 'restart', fields: ['command'] }] });
  const changed = await run('plan');
  assert.deepEqual([changed.exitCode, changed.out], [10, '~ server  restart  command\n']);
  assert.equal(JSON.parse((await run('plan', '--json')).out).changes, true);
  answerWith({ refused: [], project: [], services: [{ service: 'server', class: 'unchanged', fields: [] }] });
  const same = await run('plan');
  assert.deepEqual([same.exitCode, same.out, same.err], [0, '', 'the file is what runs\n']);
});

test('a reload of an invalid file shows its diagnostics and ends with 78', async () => {
  const place = { file: join(bin.dir, 'omniroute.yaml'), line: 1, col: 6 };
  const diagnostic = {
    severity: 'error',
    code: 'bad',
    message: 'not YAML',
    place,
    length: 1,
    hint: null,
    excerpt: [{ line: 1, text: 'not: [yaml' }],
    service: null,
  };
  fake.onCommand = () => ({
    status: 422,
    body: { error: 'invalid-file', message: 'the file is invalid; all goes on as before', details: { diagnostics: [diagnostic] } },
  });
  const { exitCode, err } = await run('reload');
  assert.equal(exitCode, 78);
  assert.match(err, /omniroute\.yaml:1:6/);
  assert.match(err, /all goes on as before/);
});

test('an order that is refused ends with 1 and the reason', async () => {
  fake.onCommand = () => ({ status: 409, body: { error: 'refused', message: 'omniroute is going down' } });
  const { exitCode, err } = await run('start', 'server');
  assert.equal(exitCode, 1);
  assert.match(err, /omniroute is going down/);
});

test('completion offers the services of the running project, not of a file that is broken now', async () => {
  assert.equal((await run('__complete', 'services')).out, 'server\nmitm\nspare\n');
});

test('one that gave up is told with its reason, those that still start only by name', async () => {
  const starting = sampleService({ name: 'web', state: 'starting', why: 'waits for a line' });
  const failed = sampleService({ name: 'mitm', state: 'failed', pid: null, why: 'exit 1: "busy"' });
  fake.snapshot = sampleProject({ services: [starting, failed] });
  const { exitCode, err } = await run('restart', 'web', 'mitm');
  assert.equal(exitCode, 1);
  assert.match(err, /^mitm is failed: exit 1: "busy"\n/);
  assert.match(err, /^not waited for any longer: web starting$/m);
  assert.doesNotMatch(err, /waits for a line/);
});
