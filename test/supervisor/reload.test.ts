import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceSpec } from '../../src/spec.ts';
import { isEmptyPlan, planReload } from '../../src/supervisor/reload-plan.ts';
import { BY_LINE, BY_PROBE, type Given, HOOK, LIVENESS, rule, sampleProject, sampleSpec } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const RESTART: Readonly<Record<string, Given>> = {
  command: { command: ['other'] },
  cwd: { cwd: '/other' },
  env: { env: { A: '1' } },
  inherit_env: { inheritEnv: [] },
  ports: { ports: { http: 81 } },
  type: { type: 'job', restart: { policy: 'always' } },
  watchdog: { watchdogMs: 1000 },
  'memory.heap': { memory: { heapBytes: 1 } },
  sockets: { sockets: [{ name: 'http', address: { type: 'tcp', host: '127.0.0.1', port: 80 } }] },
};

const LIVE: Readonly<Record<string, Given>> = {
  description: { description: 'x' },
  image: { image: 'example/server' },
  optional: { optional: true },
  profiles: { profiles: ['p'] },
  readiness: { readiness: BY_PROBE },
  liveness: { liveness: LIVENESS },
  restart: { restart: { maxAttempts: 1 } },
  success_exit: { successExit: [1] },
  stop: { stop: { signal: 'SIGINT', gracePeriodMs: 1, command: null } },
  memory: { memory: { hardBytes: 1_000_000 } },
  crash_rules: { crashRules: [rule('r', [])] },
  schedule: { schedule: { cron: '@daily', timezone: null, overlap: 'skip', misfire: 'run' } },
  start: { start: 'on-demand' },
  instances: { instances: { count: 2, maxUnavailable: 1 } },
  'instances.max_unavailable': { instance: { of: 'server', number: 1, maxUnavailable: 2, upAtOnce: null } },
  outputs: { outputs: { url: { match: '.', stream: 'any' } } },
  watch: { watch: { paths: ['/src'], ignore: [], action: { type: 'restart' } } },
  hooks: { hooks: { post_exit: HOOK } },
  depends_on: { dependsOn: ['other'] },
  groups: { group: { name: 'g', strategy: 'one-for-all', members: ['server', 'other'] } },
};

for (const [key, change] of Object.entries(RESTART)) {
  test(`a change of ${key} restarts, and the plan says so`, () => {
    const [plan] = planReload(new Scenario({ server: {} }).state, sampleProject({ server: change })).services;
    assert.deepEqual([plan?.class, plan?.fields], ['restart', [key === 'env' ? 'env.A' : key]]);
    const story = new Scenario({ server: {}, other: {} }).up().load({ server: change, other: {} });
    assert.deepEqual([story.spawns('server'), story.lastCause('server'), story.service('server').attempts], [2, 'config-reload', 0]);
    assert.equal(story.spawns('other'), 1);
  });
}

for (const [key, change] of Object.entries(LIVE)) {
  test(`a change of ${key} is applied to the process as it runs`, () => {
    const [plan] = planReload(new Scenario({ server: {} }).state, sampleProject({ server: change })).services;
    assert.deepEqual([plan?.class, plan?.fields], ['live', [key]]);
    const story = new Scenario({ server: {}, other: {} }).up().load({ server: change, other: {} });
    assert.deepEqual([story.spawns('server'), story.stateOf('server')], [1, 'ready']);
    assert.deepEqual(story.service('server').spec, sampleSpec('server', change));
  });
}

test('every key of a service is one of the two kinds, or what enables it', () => {
  const keys = new Set([...Object.values(RESTART), ...Object.values(LIVE)].flatMap((change) => Object.keys(change)));
  const all = Object.keys(sampleSpec('server')) as (keyof ServiceSpec)[];
  assert.deepEqual(
    all.filter((key) => !keys.has(key)),
    ['name', 'enabled'],
  );
});

test('the same project, its keys in another order, is no change', () => {
  const before = new Scenario({ a: { env: { A: '1', B: '2' } }, b: {} }).state;
  const after = sampleProject({ b: {}, a: { env: { B: '2', A: '1' } } });
  assert.ok(isEmptyPlan(planReload(before, after)));
});

test('name and state_dir cannot be changed by a reload', () => {
  const { state } = new Scenario({ a: {} });
  assert.deepEqual(planReload(state, { ...state.project, name: 'x', stateDir: '/x' }).refused, ['name', 'state_dir']);
});

test('a service that is added starts, one that is removed is stopped and forgotten', () => {
  const story = new Scenario({ a: {} }).up().load({ b: {} });
  assert.deepEqual([story.states(), story.signals('a')], [{ b: 'ready' }, ['SIGTERM']]);
});

test('a service that is removed is stopped for that, whether the file or scale has taken it out', () => {
  const story = new Scenario({ a: {}, b: {} }).up().load({ b: {} });
  assert.deepEqual(
    story.entries('stopping', 'a').map(({ text }) => text),
    ['no longer part of the project'],
  );
});

test('a service that is removed while it stops is forgotten when it is gone', () => {
  const story = new Scenario({ a: {}, b: {} }).deafen('a').up().load({ b: {} });
  assert.deepEqual(story.states(), { a: 'stopping', b: 'ready' });
  assert.deepEqual(story.pass(10_000).states(), { b: 'ready' });
});

test('a service that is removed cannot be brought back but by the file', () => {
  const story = new Scenario({ a: {}, b: {} }).deafen('a').up().load({ b: {} }).up('a').restart('a').pass(10_000);
  assert.deepEqual([story.states(), story.spawns('a')], [{ b: 'ready' }, 1]);
});

test('a service that is added again before it was gone runs again', () => {
  const story = new Scenario({ a: {}, b: {} }).deafen('a').up().load({ b: {} }).load({ a: {}, b: {} }).pass(10_000);
  assert.deepEqual([story.states(), story.spawns('a')], [{ a: 'ready', b: 'ready' }, 2]);
});

test('what a reload adds stays down when up had named its services', () => {
  const story = new Scenario({ a: {} });
  story.state = { ...story.state, startsAdded: false };
  assert.deepEqual(story.up('a').load({ a: {}, b: {} }).states(), { a: 'ready', b: 'stopped' });
});

test('what belongs to a profile is started by a reload only when that profile was asked for', () => {
  const story = new Scenario({ a: {} }).up().load({ a: {}, tunnel: { profiles: ['tunnel'] } });
  assert.equal(story.stateOf('tunnel'), 'stopped');
});

test('a plan tells apart what is started and what is only added', () => {
  const story = new Scenario({ a: {} }).up();
  const after = sampleProject({ a: {}, b: {}, tunnel: { profiles: ['tunnel'] }, off: { enabled: false } });
  const added = (state: typeof story.state) => planReload(state, after).services.map(({ service, class: kind }) => `${kind} ${service}`);
  assert.deepEqual(added(story.state), ['unchanged a', 'start b', 'add tunnel', 'add off']);
  assert.deepEqual(added({ ...story.state, profiles: ['tunnel'] }), ['unchanged a', 'start b', 'start tunnel', 'add off']);
  assert.deepEqual(added({ ...story.state, startsAdded: false }), ['unchanged a', 'add b', 'add tunnel', 'add off']);
});

test('a stopped service is changed without being started', () => {
  const story = new Scenario({ a: {}, b: {} }).up('a').load({ a: {}, b: { command: ['other'] } });
  assert.deepEqual(story.states(), { a: 'ready', b: 'stopped' });
});

test('a failed service that is changed gets another chance', () => {
  const story = new Scenario({ a: { restart: { policy: 'never' } } })
    .up()
    .exits('a')
    .load({ a: { restart: { policy: 'never' }, env: { A: '1' } } });
  assert.equal(story.stateOf('a'), 'ready');
});

test('enabled: false stops it, enabled: true brings it back', () => {
  const story = new Scenario({ a: {} }).up().load({ a: { enabled: false } });
  assert.deepEqual([story.stateOf('a'), story.why('a')], ['waiting', 'disabled by the file']);
  assert.equal(story.load({ a: {} }).stateOf('a'), 'ready');
});

test('new limits count for the run that goes on', () => {
  const story = new Scenario({ a: {} })
    .up()
    .load({ a: { memory: { hardBytes: 100 } } })
    .pass(0);
  assert.equal(story.ordered('sample-usage').length, 1);
  assert.equal(story.measures('a', 101).lastCause('a'), 'memory-hard');
});

test('new patterns are handed to the edge', () => {
  const story = new Scenario({ a: {} }).up().load({ a: { outputs: { url: { match: '.', stream: 'any' } } } });
  assert.deepEqual(Object.keys(story.ordered('update-run')[0]?.spec.outputs ?? {}), ['url']);
});

test('a dependent that waits for a service that the file takes away keeps waiting, and starts when it is back', () => {
  const web = { dependsOn: { db: { condition: 'ready' as const } } };
  const story = new Scenario({ db: { readiness: BY_LINE }, web }).up().load({ web });
  assert.equal(story.stateOf('web'), 'waiting');
  assert.equal(story.load({ db: {}, web }).stateOf('web'), 'ready');
});

const GOOD: Given = { readiness: BY_LINE };
const BAD: Given = { readiness: BY_LINE, command: ['bad'] };

function changed(): Scenario {
  return new Scenario({ server: GOOD, other: {} }).up().says('server').pass(60_000).load({ server: BAD, other: {} });
}

test('a changed service that crashes within the settle time takes the whole generation back', () => {
  const story = changed().exits('server');
  assert.equal(story.state.generation, 3);
  assert.deepEqual(story.service('server').spec, sampleSpec('server', GOOD));
  const [entry] = story.entries('rolled-back');
  assert.match(entry?.text ?? '', /^generation 2 taken back: exit 1 after a change of command$/);
  assert.deepEqual(entry?.cause, { type: 'config-reload', fields: ['command'] });
  assert.equal(story.says('server').stateOf('server'), 'ready');
});

test('a changed service that does not become ready in time takes it back too', () => {
  const story = changed().pass(60_000);
  assert.equal(story.entries('rolled-back').length, 1);
});

test('a change that settles is good, and later crashes are its own', () => {
  const story = changed().says('server').pass(10_000);
  assert.equal(story.entries('reload-settled').length, 1);
  assert.deepEqual([story.exits('server').entries('rolled-back').length, story.state.generation], [0, 2]);
});

test('a crash of a service that was not changed takes nothing back', () => {
  assert.equal(changed().exits('other').entries('rolled-back').length, 0);
});

test('on_failure: keep leaves the new generation in place', () => {
  const reload = { watch: true, settleMs: 10_000, onFailure: 'keep' as const };
  const story = new Scenario({ server: {} })
    .up()
    .load({ server: { command: ['bad'] } }, { reload })
    .exits('server');
  assert.deepEqual([story.state.generation, story.entries('rolled-back').length], [2, 0]);
});

test('the settle time is extended while a changed service is still starting', () => {
  const story = changed().pass(30_000);
  assert.equal(story.entries('reload-settled').length, 0);
  assert.equal(story.says('server').pass(10_000).entries('reload-settled').length, 1);
});

test('a new port that is taken for the whole settle time takes the change back', () => {
  const story = new Scenario({ server: {} })
    .up()
    .hold('check-addresses')
    .load({ server: { ports: { http: 80 } } });
  for (let n = 0; n < 25; n++)
    story
      .send({ type: 'addresses-checked', service: 'server', run: 2, taken: [{ type: 'port', port: 80, pid: 1, command: 'x' }] })
      .pass(500);
  assert.equal(story.entries('rolled-back').length, 1);
});

test('a second edit on top of one that failed goes back to the last that worked', () => {
  const story = new Scenario({ server: GOOD })
    .up()
    .says('server')
    .load({ server: BAD })
    .load({ server: { ...BAD, env: { A: '1' } } })
    .exits('server');
  assert.deepEqual(story.service('server').spec, sampleSpec('server', GOOD));
});

test('a second edit on top of one that works goes back to that one', () => {
  const first: Given = { readiness: BY_LINE, command: ['better'] };
  const story = new Scenario({ server: GOOD })
    .up()
    .says('server')
    .load({ server: first })
    .says('server')
    .load({ server: BAD })
    .exits('server');
  assert.deepEqual(story.service('server').spec, sampleSpec('server', first));
});

test('an added service that crashes is taken back: it is gone again', () => {
  const story = new Scenario({ a: {} }).up().load({ a: {}, b: {} }).exits('b');
  assert.deepEqual(story.states(), { a: 'ready' });
});

test('a service that somebody had stopped stays stopped when its removal is taken back', () => {
  const story = new Scenario({ a: {}, b: {} })
    .up()
    .stop('b')
    .load({ a: { command: ['bad'] } })
    .exits('a');
  assert.deepEqual(story.states(), { a: 'ready', b: 'stopped' });
});

test('down ends a trial', () => {
  assert.equal(changed().down().pass(100_000).entries('rolled-back').length, 0);
});

test('a reload that changes no service is no trial', () => {
  const story = new Scenario({ a: {} }).up().load({ a: {} }, { logs: { maxSizeBytes: 5, keep: 1, maxLineBytes: 5 } });
  assert.deepEqual([story.state.trial, story.entries('reloaded')[0]?.text], [null, 'generation 2: no service changed']);
});

test('counts of crashes begin afresh with another program', () => {
  const story = new Scenario({ a: {} })
    .up()
    .exits('a')
    .exits('a')
    .pass(500)
    .load({ a: { command: ['other'] } });
  assert.equal(story.service('a').attempts, 0);
});

test('a generation whose ports have not been looked at when the settle time is over has not proved itself', () => {
  const story = new Scenario({ a: {} })
    .up()
    .hold('check-addresses')
    .load({ a: {}, late: { ports: { http: 80 } } })
    .pass(10_000);
  assert.equal(story.entries('reload-settled').length, 0);
  story
    .send({ type: 'addresses-checked', service: 'late', run: 1, taken: [{ type: 'port', port: 80, pid: null, command: null }] })
    .pass(10_000);
  assert.equal(story.entries('rolled-back').length, 1);
});
