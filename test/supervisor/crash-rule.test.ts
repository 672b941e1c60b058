import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CrashRule, LogCondition } from '../../src/spec.ts';
import { BY_LINE, rule } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const LOG: LogCondition = { patterns: [{ source: 'x', flags: '' }], atLeast: 1, lastLines: 50 };
/** What is found for the first rule's log condition; the heap's last words come before it. */
const found = (...captures: string[]) => ({ matches: [null, captures] });

function withRules(...crashRules: CrashRule[]): Scenario {
  return new Scenario({ server: { crashRules, restart: { maxAttempts: 1, retryAfterMs: null } }, mitm: {}, other: {} }).up();
}

test('the first rule that holds decides', () => {
  const story = withRules(rule('a', [{ type: 'fail', message: 'first' }]), rule('b', [{ type: 'fail', message: 'second' }])).exits(
    'server',
  );
  assert.equal(story.why('server'), 'first');
});

test('a rule that does not hold leaves the word to the next', () => {
  const story = withRules(rule('a', [{ type: 'fail', message: 'a' }], { exits: [7] }), rule('b', [{ type: 'fail', message: 'b' }])).exits(
    'server',
  );
  assert.equal(story.why('server'), 'b');
});

for (const [what, when, how, holds] of [
  ['an exit code that is named', { exits: [1] }, 1, true],
  ['another exit code', { exits: [1] }, 2, false],
  ['a signal that is named', { exits: ['SIGSEGV'] }, 'SIGSEGV', true],
  ['a cause that is named', { causes: ['signal'] }, 'SIGSEGV', true],
  ['another cause', { causes: ['liveness'] }, 1, false],
  ['restarts that are left, where they must be used up', { gaveUp: true }, 1, false],
  ['restarts that are left, where they must be', { gaveUp: false }, 1, true],
] as const) {
  test(`a rule on ${what} ${holds ? 'holds' : 'does not hold'}`, () => {
    const story = withRules(rule('r', [{ type: 'fail', message: 'ruled' }], when)).exits('server', how);
    assert.equal(story.stateOf('server') === 'failed', holds);
  });
}

test('gave_up: true holds at the crash that uses up the restarts', () => {
  const story = withRules(rule('r', [{ type: 'disable', service: 'mitm' }], { gaveUp: true })).exits('server');
  assert.equal(story.stateOf('mitm'), 'ready');
  assert.equal(story.exits('server').stateOf('mitm'), 'waiting');
});

test('a rule on the log holds when the edge has found it, and its captures fill the message', () => {
  const story = withRules(rule('r', [{ type: 'fail', message: 'port $1 of $2' }], { log: LOG }))
    .leaves('server', found('80', 'nginx'))
    .exits('server');
  assert.equal(story.why('server'), 'port 80 of nginx');
});

test('a rule on the log does not hold when nothing was found', () => {
  assert.equal(
    withRules(rule('r', [{ type: 'fail', message: 'x' }], { log: LOG }))
      .exits('server')
      .stateOf('server'),
    'ready',
  );
});

test('the edge is asked for the log of each rule, and for the heap only after an abort', () => {
  const story = withRules(rule('r', [], { log: LOG }), rule('s', [])).exits('server', 'SIGABRT');
  const [{ conditions } = assert.fail('it is cleared up')] = story.ordered('clear-run', 'server');
  assert.deepEqual(
    conditions.map(({ patterns }) => patterns.length),
    [1, 1, 0],
  );
  assert.equal(withRules().exits('server', 1).ordered('clear-run')[0]?.conditions[0]?.patterns.length, 0);
});

test('no log is looked through where omniroute ended the run itself', () => {
  const story = withRules(rule('r', [], { log: LOG })).restart('server');
  assert.deepEqual(story.ordered('clear-run', 'server')[0]?.conditions, []);
});

test('at_most: a rule that has fired too often leaves the word to the next', () => {
  const retry = rule('retry', [{ type: 'retry', service: 'server' }], {}, { count: 2, perMs: 60_000 });
  const story = withRules(retry, rule('last', [{ type: 'fail', message: 'enough' }]))
    .exits('server')
    .exits('server')
    .exits('server');
  assert.equal(story.why('server'), 'enough');
});

test('at_most: firings that are older do not count', () => {
  const retry = rule('retry', [{ type: 'retry', service: 'server' }], {}, { count: 1, perMs: 60_000 });
  const story = withRules(retry, rule('last', [{ type: 'fail', message: 'enough' }]))
    .exits('server')
    .pass(60_000)
    .exits('server');
  assert.equal(story.stateOf('server'), 'ready');
});

test('retry starts at once with fresh counts', () => {
  const story = withRules(rule('r', [{ type: 'retry', service: 'server' }], { gaveUp: true }))
    .exits('server')
    .exits('server');
  assert.deepEqual([story.stateOf('server'), story.service('server').attempts], ['ready', 0]);
});

test('the proxy is disabled, and the server retried', () => {
  const then: CrashRule['then'] = [
    { type: 'disable', service: 'mitm' },
    { type: 'retry', service: 'server' },
  ];
  const story = withRules(rule('blame', then, { gaveUp: true }))
    .exits('server')
    .exits('server');
  assert.deepEqual([story.stateOf('server'), story.stateOf('mitm')], ['ready', 'waiting']);
  assert.equal(story.why('mitm'), 'disabled by rule blame of server');
  assert.equal(story.entries('rule')[0]?.text, 'blame: disable mitm, retry server');
});

test('a disabled service stays down through restarts of everything until it is enabled', () => {
  const story = withRules(rule('r', [{ type: 'disable', service: 'mitm' }]))
    .exits('server')
    .restart('mitm')
    .up('mitm')
    .pass(1_000_000);
  assert.equal(story.stateOf('mitm'), 'waiting');
  assert.equal(story.send({ type: 'enable-requested', services: ['mitm'], actor: 'cli' }).stateOf('mitm'), 'ready');
});

test('a service that disables itself stays down, and is said to', () => {
  const story = withRules(rule('r', [{ type: 'disable', service: 'server' }]))
    .exits('server')
    .pass(1_000_000);
  assert.deepEqual([story.stateOf('server'), story.spawns('server')], ['waiting', 1]);
});

test('restart of another service restarts it along', () => {
  const story = withRules(rule('r', [{ type: 'restart', service: 'mitm' }])).exits('server');
  assert.deepEqual([story.spawns('mitm'), story.lastCause('mitm'), story.service('mitm').attempts], [2, 'dependency', 0]);
});

test('restart of itself is at once, and counted', () => {
  const story = new Scenario({
    server: {
      crashRules: [rule('r', [{ type: 'restart', service: 'server' }])],
      restart: { backoff: { firstMs: 5_000, initialMs: 5_000, factor: 1, maxMs: 5_000, jitter: 0 } },
    },
  });
  story.up().exits('server');
  assert.deepEqual([story.stateOf('server'), story.service('server').attempts], ['ready', 1]);
});

test('wait is not counted', () => {
  const story = withRules(rule('limited', [{ type: 'wait', ms: 300_000 }]));
  for (let n = 0; n < 20; n++) story.exits('server').pass(300_000);
  assert.deepEqual([story.stateOf('server'), story.service('server').attempts], ['ready', 0]);
});

test('wait shows when it is over', () => {
  assert.equal(
    withRules(rule('limited', [{ type: 'wait', ms: 300_000 }]))
      .exits('server')
      .waits('server'),
    300_000,
  );
});

test('keep-trying backs off and never gives up', () => {
  const story = withRules(rule('r', [{ type: 'keep-trying' }]));
  for (let n = 0; n < 50; n++) story.exits('server').pass(story.waits('server') ?? 0);
  assert.equal(story.stateOf('server'), 'ready');
  assert.equal(story.exits('server').waits('server'), 30_000);
});

test('wait-for-port waits for the port that the log names, and spends nothing', () => {
  const story = withRules(rule('busy', [{ type: 'wait-for-port', port: '$1' }], { log: LOG })).leaves('server', found('8443'));
  story.hold('check-addresses').exits('server');
  assert.deepEqual([story.ordered('check-addresses')[0]?.ports, story.service('server').attempts], [[8443], 0]);
  story.send({ type: 'addresses-checked', service: 'server', run: 2, taken: [{ type: 'port', port: 8443, pid: 5, command: 'other' }] });
  assert.equal(story.why('server'), 'port 8443 is taken by 5 (other)');
});

for (const captured of ['', 'http', '0', '65536', '1.5']) {
  test(`wait-for-port of what is no port (${JSON.stringify(captured)}) is a crash as any other`, () => {
    const story = withRules(rule('busy', [{ type: 'wait-for-port', port: '$1' }], { log: LOG }))
      .leaves('server', found(captured))
      .exits('server');
    assert.deepEqual([story.stateOf('server'), story.service('server').attempts], ['ready', 1]);
  });
}

test('fail is for good', () => {
  const story = new Scenario({ server: { crashRules: [rule('r', [{ type: 'fail', message: 'raise memory.heap' }])] } })
    .up()
    .exits('server');
  assert.deepEqual(
    [story.pass(1_000_000_000).stateOf('server'), story.why('server'), story.waits('server')],
    ['failed', 'raise memory.heap', null],
  );
});

test('a rule changes what the crash report says comes next', () => {
  const story = withRules(rule('r', [{ type: 'wait', ms: 1_000 }])).exits('server');
  assert.equal(story.ordered('write-crash-report')[0]?.report.outcome, 'restart in 1s by rule r');
});

test('rules are asked after a failed start too', () => {
  const readiness = { ...BY_LINE, startTimeoutMs: 1_000 };
  const story = new Scenario({
    server: { readiness, crashRules: [rule('r', [{ type: 'fail', message: 'slow' }], { causes: ['start-timeout'] })] },
  });
  assert.equal(story.up().pass(1_000).why('server'), 'slow');
});

for (const [how, evidence, cause] of [
  ['SIGABRT', { matches: [['x']] }, 'oom-heap'],
  [134, { matches: [['x']] }, 'oom-heap'],
  ['SIGABRT', { matches: [null] }, 'signal'],
  ['SIGKILL', { kernelOomKill: true }, 'oom-kernel'],
  ['SIGKILL', {}, 'signal'],
  [1, {}, 'exit'],
] as const) {
  test(`an end by ${how} with ${JSON.stringify(evidence)} is called ${cause}`, () => {
    assert.equal(new Scenario({ server: {} }).leaves('server', evidence).up().exits('server', how).lastCause('server'), cause);
  });
}
