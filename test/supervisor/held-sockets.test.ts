// Sockets that omniroute holds for a service, and somebody else who listens at their address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SocketSpec } from '../../src/spec.ts';
import type { TakenAddress } from '../../src/supervisor/snapshot.ts';
import { BY_LINE, type Given } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

const HTTP: SocketSpec = { name: 'http', address: { type: 'tcp', host: '127.0.0.1', port: 80 } };
const ELSEWHERE: SocketSpec = { name: 'http', address: { type: 'tcp', host: '127.0.0.1', port: 81 } };
const TAKEN: Extract<TakenAddress, { type: 'socket' }> = {
  type: 'socket',
  socket: 'http',
  address: '127.0.0.1:80',
  pid: 9,
  command: 'nginx',
  outlived: null,
};
const ASLEEP: Given = { start: 'on-demand', sockets: [HTTP] };

/** The answer to the look that is out. */
function looked(story: Scenario, service: string, ...taken: TakenAddress[]): Scenario {
  return story.send({ type: 'addresses-checked', service, run: story.run(service) + 1, taken });
}

const looking = (given: Given): Scenario => new Scenario({ web: given }).hold('check-addresses');
const toSleep = (given: Given = ASLEEP): Scenario =>
  looking(given).send({ type: 'start-requested', services: ['web'], withDependencies: true, again: false });

test('a taken address is a reason to wait, with its holder, and spends nothing', () => {
  const story = looking({ sockets: [HTTP] }).up();
  for (let n = 0; n < 100; n++) looked(story, 'web', TAKEN).pass(500);
  assert.deepEqual([story.stateOf('web'), story.service('web').attempts, story.run('web'), story.spawns('web')], ['waiting', 0, 0, 0]);
  assert.equal(story.entries('waiting').length, 1, 'said once');
  assert.equal(story.why('web'), 'socket http: 127.0.0.1:80 is taken by 9 (nginx)');
  assert.deepEqual(story.show('web').blockedBy, [TAKEN]);
});

test('all that is taken is told, by whoever has it, the first three of one by name', () => {
  const at = (name: string, port: number, rest: Partial<typeof TAKEN> = {}) => ({
    ...TAKEN,
    socket: name,
    address: `127.0.0.1:${port}`,
    ...rest,
  });
  const story = looking({ sockets: [HTTP] }).up();
  looked(story, 'web', TAKEN, at('api', 81, { pid: 5, command: 'java' }), at('admin', 82));
  const java = 'socket api: 127.0.0.1:81 is taken by 5 (java)';
  assert.equal(story.why('web'), `sockets http: 127.0.0.1:80, admin: 127.0.0.1:82 are taken by 9 (nginx), ${java}`);
  looked(story.pass(500), 'web', TAKEN, at('a', 81), at('b', 82), at('c', 83), at('d', 84));
  assert.equal(story.why('web'), 'sockets http: 127.0.0.1:80, a: 127.0.0.1:81, b: 127.0.0.1:82 and 2 more are taken by 9 (nginx)');
  assert.equal(story.entries('waiting').length, 2, 'another set is said once more');
});

test('a holder that the system does not tell is left out', () => {
  const story = looked(looking({ sockets: [HTTP] }).up(), 'web', { ...TAKEN, pid: null, command: null });
  assert.equal(story.why('web'), 'socket http: 127.0.0.1:80 is taken');
});

test('an address that was given back lets the service start at the next look', () => {
  const story = looked(looking({ sockets: [HTTP] }).up(), 'web', TAKEN).pass(500);
  assert.equal(looked(story, 'web').stateOf('web'), 'ready');
});

test('sockets are held before every run, and before its pre_start hook', () => {
  const story = new Scenario({ web: { sockets: [HTTP] } }).up().exits('web');
  assert.deepEqual(
    story.orders.filter(({ type }) => type === 'check-addresses' || type === 'spawn').map(({ type }) => type),
    ['check-addresses', 'spawn', 'check-addresses', 'spawn'],
  );
});

test('on demand: it does not sleep before its sockets are held', () => {
  const story = toSleep();
  assert.deepEqual([story.why('web'), story.ordered('await-demand').length], ['looks at its addresses', 0]);
  assert.deepEqual([looked(story, 'web').why('web'), story.ordered('await-demand').length], ['sleeps until a connection arrives', 1]);
});

test('on demand: a taken address is waited for, and then it sleeps, without ever having been started', () => {
  const story = looked(toSleep(), 'web', TAKEN).pass(500);
  looked(story, 'web', TAKEN);
  assert.equal(story.why('web'), 'socket http: 127.0.0.1:80 is taken by 9 (nginx)');
  looked(story.pass(500), 'web').pass(100_000);
  assert.deepEqual([story.why('web'), story.spawns('web'), story.service('web').attempts], ['sleeps until a connection arrives', 0, 0]);
  assert.equal(story.ordered('check-addresses').length, 3, 'what is held is not looked at any more');
  looked(story.send({ type: 'demand-arrived', service: 'web' }), 'web');
  assert.equal(story.stateOf('web'), 'ready');
});

test('on demand: whom it depends on keeps it neither from sleeping nor from waiting for its address', () => {
  const story = new Scenario({ db: { enabled: false }, web: { ...ASLEEP, dependsOn: ['db'] } })
    .hold('check-addresses')
    .send({ type: 'start-requested', services: ['web'], withDependencies: false, again: false });
  looked(story, 'web', TAKEN);
  story.up('db');
  assert.deepEqual(
    story.show('web').blockedBy.map(({ type }) => type),
    ['socket'],
  );
});

test('on demand: a taken port is none of its business before a connection arrives', () => {
  const port: TakenAddress = { type: 'port', port: 81, pid: 9, command: 'nginx' };
  const story = looked(toSleep({ ...ASLEEP, ports: { admin: 81 } }), 'web', port);
  assert.equal(story.why('web'), 'sleeps until a connection arrives');
  looked(story.send({ type: 'demand-arrived', service: 'web' }), 'web', port);
  assert.equal(story.why('web'), 'port 81 is taken by 9 (nginx)');
});

test('on demand: disabled while its address is taken, it looks no more; enabled, it looks again', () => {
  const story = looked(toSleep(), 'web', TAKEN)
    .send({ type: 'disable-requested', services: ['web'], actor: 'cli' })
    .pass(10_000);
  assert.deepEqual([story.why('web'), story.ordered('check-addresses').length], ['disabled by cli', 1]);
  looked(story.send({ type: 'enable-requested', services: ['web'], actor: 'cli' }), 'web');
  assert.equal(story.why('web'), 'sleeps until a connection arrives');
});

test('on demand: a start by hand starts it, as soon as its address is free', () => {
  const story = looked(toSleep(), 'web', TAKEN).up().pass(500);
  assert.equal(looked(story, 'web').stateOf('web'), 'ready');
});

test('on demand: another address in the file is held at once', () => {
  const story = looked(toSleep(), 'web').load({ web: { ...ASLEEP, sockets: [ELSEWHERE] } });
  assert.deepEqual(story.ordered('check-addresses').at(-1)?.spec.sockets, [ELSEWHERE]);
  assert.deepEqual([looked(story, 'web').why('web'), story.ordered('await-demand').length], ['sleeps until a connection arrives', 2]);
});

for (const [kind, given] of Object.entries({ 'a service': { sockets: [HTTP] }, 'a sleeping service': ASLEEP })) {
  test(`a new address of ${kind} that is taken for the whole settle time takes the change back`, () => {
    const story = toSleep(given);
    looked(story, 'web').load({ web: { ...given, sockets: [ELSEWHERE] } });
    for (let n = 0; n < 21; n++) looked(story, 'web', TAKEN).pass(500);
    assert.deepEqual(
      story.entries('rolled-back').map(({ text }) => text),
      ['generation 2 taken back: socket http: 127.0.0.1:80 is taken by 9 (nginx) after a change of sockets'],
    );
    assert.deepEqual(story.service('web').spec.sockets, [HTTP]);
  });
}

test('overlap: a successor waits for its new address, and the run before goes on until the change is taken back', () => {
  const places = (sockets: readonly SocketSpec[]): Record<string, Given> =>
    Object.fromEntries(
      [1, 2].map((number) => [
        `web:${number}`,
        { readiness: BY_LINE, sockets, instance: { of: 'web', number, maxUnavailable: 1, upAtOnce: 1 } },
      ]),
    );
  const story = new Scenario(places([HTTP]))
    .up()
    .says('web:1')
    .hold('check-addresses')
    .load(places([ELSEWHERE]));
  for (let n = 0; n < 19; n++) looked(story, 'web:2', TAKEN).pass(500);
  assert.deepEqual(Object.values(story.states()), ['ready', 'waiting']);
  for (let n = 0; n < 5; n++) looked(story, 'web:2', TAKEN).pass(500);
  assert.deepEqual([Object.values(story.states()), story.run('web:1')], [['ready', 'stopped'], 1]);
});

/** Of web:1 and web:2, who got their socket from an omniroute that is dead: it comes free when both have ended. */
function outlived(upAtOnce: number | null): Scenario {
  const names = ['web:1', 'web:2'];
  const places = Object.fromEntries(
    names.map((name, index) => [name, { sockets: [HTTP], instance: { of: 'web', number: index + 1, maxUnavailable: 1, upAtOnce } }]),
  );
  const story = new Scenario(places)
    .up()
    .hold('check-addresses')
    .restart(...names);
  for (let n = 0; n < 4; n++) {
    const hasProcess = names.some((name) => 'run' in story.service(name).phase);
    for (const name of names) looked(story, name, ...(hasProcess ? [{ ...TAKEN, outlived: 'web' }] : []));
    story.pass(500);
  }
  return story;
}

test('a socket that outlived an omniroute is given back by a restart of all instances', () => {
  const story = outlived(null);
  assert.deepEqual([Object.values(story.states()), story.run('web:1'), story.run('web:2')], [['ready', 'ready'], 2, 2]);
  assert.match(story.entries('waiting', 'web:1')[0]?.text ?? '', /outlived an omniroute: `omniroute stop web` and `omniroute start web`/);
});

test('overlap: a socket that outlived an omniroute is given back by a restart in place', () => {
  const story = outlived(1);
  assert.deepEqual(Object.values(story.states()).toSorted(), ['ready', 'stopped']);
});
