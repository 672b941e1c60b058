import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BY_LINE, BY_PROBE } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const needs = (name: string, condition: 'started' | 'ready' | 'completed') => ({ dependsOn: { [name]: { condition } } });

test('a dependent waits until its dependency is ready', () => {
  const story = new Scenario({ db: { readiness: BY_LINE }, web: needs('db', 'ready') }).up();
  assert.deepEqual([story.stateOf('web'), story.why('web')], ['waiting', 'waits for db to be ready, it is starting']);
  assert.equal(story.says('db').stateOf('web'), 'ready');
});

test('started is enough where that is the condition', () => {
  const story = new Scenario({ db: { readiness: BY_LINE }, web: needs('db', 'started') }).hold('spawn').up();
  assert.equal(story.stateOf('web'), 'waiting', 'not before there is a process');
  story.spawned('db');
  assert.equal(story.spawns('web'), 1);
});

test('a job must have completed', () => {
  const story = new Scenario({ migrate: { type: 'job' }, web: needs('migrate', 'completed') }).up();
  assert.equal(story.stateOf('web'), 'waiting');
  assert.equal(story.exits('migrate', 0).stateOf('web'), 'ready');
});

test('a dependency that failed leaves its dependents waiting, with the reason, and they start when it recovers', () => {
  const story = new Scenario({ migrate: { type: 'job' }, web: needs('migrate', 'completed') }).up().exits('migrate', 1);
  assert.deepEqual([story.stateOf('migrate'), story.why('web')], ['failed', 'waits for migrate to be completed, it is failed']);
  story.restart('migrate').exits('migrate', 0);
  assert.equal(story.stateOf('web'), 'ready');
});

test('starting a service starts what it needs, and nothing else', () => {
  const story = new Scenario({ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['b'] }, other: {} }).up('c');
  assert.deepEqual(story.states(), { a: 'ready', b: 'ready', c: 'ready', other: 'stopped' });
});

test('without its dependencies a service waits for nobody', () => {
  const story = new Scenario({ db: {}, web: { dependsOn: ['db'] } });
  story.send({ type: 'start-requested', services: ['web'], withDependencies: false, again: true });
  assert.deepEqual(story.states(), { db: 'stopped', web: 'ready' });
});

test('a dependency that crashes and comes back leaves its dependents alone', () => {
  const story = new Scenario({ db: {}, web: { dependsOn: ['db'] } }).up().exits('db');
  assert.deepEqual([story.spawns('db'), story.spawns('web')], [2, 1]);
});

test('a dependent that is running does not care that its dependency is unready', () => {
  const story = new Scenario({ db: { readiness: BY_PROBE }, web: needs('db', 'ready') }).up().pass(0).probed('db');
  for (let n = 0; n < 3; n++) story.probed('db', 'no');
  assert.deepEqual(story.states(), { db: 'unready', web: 'ready' });
});

test('a dependent does not start while its dependency is unready', () => {
  const story = new Scenario({ db: { readiness: BY_PROBE }, web: needs('db', 'ready') }).up('db').pass(0).probed('db');
  for (let n = 0; n < 3; n++) story.probed('db', 'no');
  assert.equal(story.up('web').stateOf('web'), 'waiting');
  assert.equal(story.probed('db').stateOf('web'), 'ready');
});

for (const [along, on] of [
  ['always', { crash: 2, user: 2, update: 2 }],
  ['on-crash', { crash: 2, user: 1, update: 1 }],
  ['on-update', { crash: 1, user: 1, update: 2 }],
  ['never', { crash: 1, user: 1, update: 1 }],
] as const) {
  const services = { db: {}, web: { dependsOn: { db: { restart: along } } } };

  test(`restart: ${along}, when the dependency crashes: ${on.crash} runs of the dependent`, () => {
    assert.equal(new Scenario(services).up().exits('db').spawns('web'), on.crash);
  });

  test(`restart: ${along}, when the dependency is restarted by somebody: ${on.user} runs of the dependent`, () => {
    assert.equal(new Scenario(services).up().restart('db').spawns('web'), on.user);
  });

  test(`restart: ${along}, when a reload changes the dependency: ${on.update} runs of the dependent`, () => {
    const story = new Scenario(services).up().load({ ...services, db: { command: ['other'] } });
    assert.deepEqual([story.spawns('db'), story.spawns('web')], [2, on.update]);
  });
}

test('a dependent that is restarted along waits for its dependency, and it is no crash of its own', () => {
  const story = new Scenario({ db: { readiness: BY_LINE }, web: { dependsOn: { db: { condition: 'ready', restart: 'always' } } } })
    .up()
    .says('db')
    .exits('db');
  assert.deepEqual([story.stateOf('web'), story.lastCause('web'), story.service('web').attempts], ['waiting', 'dependency', 0]);
  assert.equal(story.says('db').stateOf('web'), 'ready');
});

test('down stops dependents first, each service only once its dependents are gone', () => {
  const story = new Scenario({ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['b'] } }).deafen('c').up().freshPage().down();
  assert.deepEqual([story.signals('a'), story.signals('b'), story.signals('c')], [[], [], ['SIGTERM']]);
  story.pass(10_000);
  assert.deepEqual(
    story.entries('stopped').map(({ service }) => service),
    ['c', 'b', 'a'],
  );
});

test('stopping a dependency alone leaves its dependents running', () => {
  const story = new Scenario({ db: {}, web: { dependsOn: ['db'] } }).up().stop('db');
  assert.deepEqual(story.states(), { db: 'stopped', web: 'ready' });
});

test('stopping both waits for the dependent, whatever the order they are named in', () => {
  const story = new Scenario({ db: {}, web: { dependsOn: ['db'] } }).deafen('web').up().stop('db', 'web');
  assert.deepEqual(story.states(), { db: 'ready', web: 'stopping' });
  assert.deepEqual(story.pass(10_000).states(), { db: 'stopped', web: 'stopped' });
});

test('the reason for waiting is told once, though the dependency goes through its states', () => {
  const story = new Scenario({ db: { readiness: BY_LINE }, web: needs('db', 'ready') }).hold('spawn').up().spawned('db').says('db');
  assert.equal(story.entries('waiting', 'web').length, 1);
});

test('a thousand services in a chain start and stop in order', () => {
  const names = Array.from({ length: 1_000 }, (_, n) => `s${n}`);
  const services = Object.fromEntries(names.map((name, n) => [name, n === 0 ? {} : { dependsOn: [`s${n - 1}`] }]));
  const story = new Scenario(services).up();
  assert.ok(names.every((name) => story.stateOf(name) === 'ready'));
  story.down();
  assert.deepEqual(
    story.entries('stopped').map(({ service }) => service),
    names.toReversed(),
  );
});

test('a dependency that is disabled is called that, whatever state it is in', () => {
  const story = new Scenario({ db: { enabled: false }, web: { dependsOn: ['db'] } }).up();
  assert.equal(story.why('web'), 'waits for db to be started, it is disabled');
});
