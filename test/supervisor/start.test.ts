import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputMarker } from '../../src/output-ref.ts';
import { BY_LINE, BY_PROBE, HOOK } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

test('nothing starts before it is asked for', () => {
  const story = new Scenario({ server: {} }).pass(100_000);
  assert.deepEqual([story.stateOf('server'), story.orders], ['stopped', []]);
});

test('a service without a readiness check is ready as soon as its process is there', () => {
  const story = new Scenario({ server: {} }).hold('spawn').up();
  assert.equal(story.stateOf('server'), 'starting');
  assert.equal(story.spawned('server').stateOf('server'), 'ready');
});

test('a service is ready only when its line was printed', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } }).up();
  assert.deepEqual([story.stateOf('server'), story.why('server')], ['starting', 'waits for a line matching "go"']);
  assert.equal(story.says('server').stateOf('server'), 'ready');
});

test('a line that came before the start of its process was told makes the service ready all the same', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } }).hold('spawn').up();
  assert.equal(story.says('server').stateOf('server'), 'starting');
  assert.equal(story.spawned('server').stateOf('server'), 'ready');
});

test('probes, a line and outputs must all hold', () => {
  const outputs = { url: { match: '.', stream: 'any' as const } };
  const story = new Scenario({ tunnel: { readiness: { ...BY_PROBE, log: BY_LINE.log, outputs: ['url'] }, outputs } }).up();
  assert.equal(story.captures('tunnel', 'url', 'https://a').stateOf('tunnel'), 'starting');
  assert.equal(story.says('tunnel').stateOf('tunnel'), 'starting');
  assert.equal(story.probed('tunnel').stateOf('tunnel'), 'ready');
});

test('the first probe is sent at once, and the next one a period after the answer', () => {
  const story = new Scenario({ server: { readiness: BY_PROBE } }).up().pass(0);
  assert.equal(story.ordered('probe').length, 1);
  story.pass(10_000);
  assert.equal(story.ordered('probe').length, 1, 'one in flight');
  story.probed('server', 'refused').pass(249);
  assert.equal(story.ordered('probe').length, 1);
  assert.equal(story.pass(1).ordered('probe').length, 2);
});

test('what the last probe said is the reason while it starts', () => {
  const story = new Scenario({ server: { readiness: BY_PROBE } }).up().pass(0).probed('server', 'connection refused');
  assert.equal(story.why('server'), 'waits for its readiness probe (connection refused)');
});

test('a start that takes too long ends as a crash of its own kind', () => {
  const story = new Scenario({ server: { readiness: { ...BY_LINE, startTimeoutMs: 5_000 } } }).up().pass(4_999);
  assert.equal(story.stateOf('server'), 'starting');
  story.pass(1);
  assert.equal(story.lastCause('server'), 'start-timeout');
  assert.equal(story.service('server').attempts, 1);
});

test('a start without a limit is waited for', () => {
  const story = new Scenario({ server: { readiness: { ...BY_LINE, startTimeoutMs: null } } }).up().pass(10_000_000);
  assert.equal(story.stateOf('server'), 'starting');
});

test('a line of fail_on ends the start at once and is quoted', () => {
  const story = new Scenario({ server: { readiness: { ...BY_LINE, failOn: ['Fatal'] } } }).up();
  story.send({ type: 'fail-line-seen', service: 'server', run: 1, line: 'Fatal: no database' });
  assert.equal(story.lastCause('server'), 'fail-on');
  assert.match(story.entries('crashed')[0]?.text ?? '', /"Fatal: no database"/);
});

test('a line of fail_on printed later means nothing', () => {
  const story = new Scenario({ server: { readiness: BY_LINE } }).up().says('server');
  story.send({ type: 'fail-line-seen', service: 'server', run: 1, line: 'Fatal' });
  assert.equal(story.stateOf('server'), 'ready');
});

test('a taken port is a reason to wait, with its holder, and spends nothing', () => {
  const story = new Scenario({ server: { ports: { http: 80 } } }).hold('check-addresses').up();
  const busy = {
    type: 'addresses-checked',
    service: 'server',
    run: 1,
    taken: [{ type: 'port', port: 80, pid: 9, command: 'nginx' }],
  } as const;
  for (let n = 0; n < 100; n++) story.send(busy).pass(500);
  assert.equal(story.stateOf('server'), 'waiting');
  assert.deepEqual([story.service('server').attempts, story.run('server'), story.spawns('server')], [0, 0, 0]);
  assert.equal(story.entries('waiting').length, 1, 'said once');
  assert.equal(story.send(busy).why('server'), 'port 80 is taken by 9 (nginx)');
});

test('a port that was given back lets the service start at the next look', () => {
  const story = new Scenario({ server: { ports: { http: 80 } } }).hold('check-addresses').up();
  story.send({ type: 'addresses-checked', service: 'server', run: 1, taken: [{ type: 'port', port: 80, pid: null, command: null }] });
  story.pass(500).send({ type: 'addresses-checked', service: 'server', run: 1, taken: [] });
  assert.equal(story.stateOf('server'), 'ready');
});

test('ports are looked at before every run, not only the first', () => {
  const story = new Scenario({ server: { ports: { http: 80 } } }).up().exits('server');
  assert.equal(story.ordered('check-addresses').length, 2);
});

test('a program that is not there is not tried again and again', () => {
  const story = new Scenario({ server: {} }).hold('spawn').up();
  story.send({ type: 'spawn-failed', service: 'server', run: 1, code: 'ENOENT', message: 'no program `x`' }).pass(1_000);
  assert.deepEqual([story.stateOf('server'), story.spawns('server')], ['failed', 1]);
  assert.match(story.why('server'), /could not be started: no program `x`/);
});

for (const code of ['EMFILE', 'ENOMEM', 'EAGAIN', 'ETXTBSY']) {
  test(`a spawn that failed with ${code} is tried again`, () => {
    const story = new Scenario({ server: {} }).hold('spawn').up();
    story.send({ type: 'spawn-failed', service: 'server', run: 1, code, message: 'for now' });
    assert.equal(story.spawns('server'), 2);
  });
}

test('pre_start runs before the process, and its failure keeps the run from starting', () => {
  const story = new Scenario({ server: { hooks: { pre_start: HOOK } } }).hold('run-hook').up();
  assert.deepEqual([story.hooks('server'), story.spawns('server')], [['pre_start'], 0]);
  story.hooked('server', 'pre_start', 'exit 1');
  assert.equal(story.spawns('server'), 0);
  assert.equal(story.lastCause('server'), 'spawn-error');
});

test('post_ready runs once a run, however often readiness comes and goes', () => {
  const story = new Scenario({ server: { readiness: BY_PROBE, hooks: { post_ready: HOOK } } }).up().pass(0).probed('server');
  for (let n = 0; n < 3; n++) story.probed('server', 'no');
  assert.equal(story.stateOf('server'), 'unready');
  story.probed('server');
  assert.deepEqual([story.stateOf('server'), story.hooks('server')], ['ready', ['post_ready']]);
});

test('an output of another service is waited for and filled in', () => {
  const web = { env: { URL: `<${outputMarker({ service: 'tunnel', output: 'url' })}>` } };
  const story = new Scenario({ tunnel: { outputs: { url: { match: '.', stream: 'any' } } }, web }).up();
  assert.equal(story.why('web'), 'waits for the output url of tunnel');
  story.captures('tunnel', 'url', 'https://a');
  assert.equal(story.ordered('spawn', 'web')[0]?.spec.env['URL'], '<https://a>');
});

test('outputs are of the present run alone', () => {
  const story = new Scenario({ tunnel: { outputs: { url: { match: '.', stream: 'any' } } } }).up();
  story.captures('tunnel', 'url', 'https://a').exits('tunnel');
  assert.deepEqual(story.service('tunnel').outputs, {});
});

test('a value captured twice is told once', () => {
  const story = new Scenario({ tunnel: { outputs: { url: { match: '.', stream: 'any' } } } }).up();
  story.captures('tunnel', 'url', 'a').captures('tunnel', 'url', 'a').captures('tunnel', 'url', 'b');
  assert.deepEqual(
    story.entries('output').map(({ text }) => text),
    ['url=a', 'url=b'],
  );
  assert.equal(story.why('tunnel'), 'url=b');
});

test('a disabled service waits for being enabled, and says who disabled it', () => {
  const story = new Scenario({ server: { enabled: false } }).up();
  assert.deepEqual([story.stateOf('server'), story.why('server')], ['waiting', 'disabled by the file']);
  story.send({ type: 'enable-requested', services: ['server'], actor: 'cli' });
  assert.equal(story.stateOf('server'), 'ready');
});

test('numbers of runs go on', () => {
  const story = new Scenario({ server: {} }).up().exits('server').exits('server').pass(500);
  assert.deepEqual([story.run('server'), story.service('server').restarts], [3, 2]);
});
