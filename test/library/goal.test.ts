import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Awaited, afterEntry, awaitedOf, type Goal, judge as judgeOf, leavesOpen, refuseEndlessWait } from '../../src/library/goal.ts';
import { sampleEntry, sampleService } from '../cli/sample.ts';

const service = (given: Partial<Awaited> = {}): Awaited => ({
  name: 'server',
  type: 'service',
  optional: false,
  state: 'ready',
  enabled: true,
  waitsForOccasion: false,
  socketsHeld: null,
  overlaps: false,
  attempt: 0,
  comesBack: false,
  blockedBy: [],
  ...given,
});
/** On others that they are ready, or completed. */
const behind = (...others: string[]): Pick<Awaited, 'state' | 'blockedBy'> => ({
  state: 'waiting',
  blockedBy: others.map((name) => ({ type: 'dependency', service: name, condition: 'ready', state: 'waiting', disabled: false })),
});
/** Of all of them, or of those named. */
const judge = (services: readonly Awaited[], goal: Goal, { forgiving, names }: { forgiving: boolean; names?: readonly string[] }) =>
  judgeOf(services, { names: new Set(names ?? services.map(({ name }) => name)), goal, forgiving });
const strict = { forgiving: false };
const forgiving = { forgiving: true };

test('a job that waits for its time, or a service that sleeps until a connection comes, holds nobody up', () => {
  const nightly = service({ name: 'backup', type: 'job', state: 'waiting', waitsForOccasion: true });
  assert.equal(judge([service(), nightly], 'settled', strict).type, 'reached');
  assert.equal(judge([nightly], 'completed', strict).type, 'pending', 'who waits for its completion means it');
});

test('whoever waits for the end of a service that is always started again is told so at once', () => {
  const services = [sampleService({ name: 'server' }), sampleService({ name: 'migrate', type: 'job', completes: true })];
  assert.match(refuseEndlessWait(services, ['migrate', 'server'], 'completed')?.message ?? '', /server never completes: .* started again/);
  assert.match(
    refuseEndlessWait([sampleService({ start: 'on-demand' })], ['server'], 'completed')?.message ?? '',
    /server never completes: .* falls asleep/,
  );
  assert.equal(refuseEndlessWait(services, ['migrate'], 'completed'), null);
  assert.equal(refuseEndlessWait(services, ['server'], 'ready'), null);
});

test('all is settled once services are ready and jobs completed', () => {
  const job = service({ name: 'migrate', type: 'job', state: 'starting' });
  assert.equal(judge([service(), job], 'settled', strict).type, 'pending');
  assert.equal(judge([service(), { ...job, state: 'ready' }], 'settled', strict).type, 'pending');
  assert.equal(judge([service(), { ...job, state: 'completed' }], 'settled', strict).type, 'reached');
});

test('a service that gave up fails the whole, and is named', () => {
  assert.deepEqual(judge([service(), service({ name: 'mitm', state: 'failed' })], 'settled', strict), {
    type: 'failed',
    services: ['mitm'],
  });
});

test('an optional service that gave up is forgiven where the project is meant, not where it was named', () => {
  const services = [service(), service({ name: 'mitm', state: 'failed', optional: true })];
  assert.equal(judge(services, 'settled', forgiving).type, 'reached');
  assert.equal(judge(services, 'settled', strict).type, 'failed');
});

test('an optional service that is still starting is waited for', () => {
  assert.equal(judge([service({ optional: true, state: 'starting' })], 'settled', forgiving).type, 'pending');
});

test('a service that somebody stops meanwhile will not become ready', () => {
  assert.equal(judge([service({ state: 'stopped' })], 'settled', strict).type, 'failed');
});

test('a script may wait for a service that nobody has started yet', () => {
  assert.equal(judge([service({ state: 'stopped' })], 'ready', strict).type, 'pending');
  assert.equal(judge([service({ state: 'failed' })], 'ready', strict).type, 'failed');
  assert.equal(judge([service({ state: 'failed', comesBack: true })], 'ready', strict).type, 'failed', 'and is told of a try that failed');
});

test('a service that the file has no more is lost to whoever named it, and stopped; an instance less is neither', () => {
  const gone = { ...strict, names: ['web:2', 'old'] };
  const services = [service({ name: 'web:1' })];
  for (const goal of ['settled', 'ready', 'completed'] as const)
    assert.deepEqual(judge(services, goal, gone), { type: 'failed', services: ['old'] }, goal);
  assert.equal(judge(services, 'stopped', gone).type, 'reached');
  assert.equal(judge(services, 'settled', { ...forgiving, names: ['web:2', 'old'] }).type, 'reached');
  assert.equal(judge(services, 'ready', { ...strict, names: ['web:2'] }).type, 'reached');
});

test('stopped means that there is no process', () => {
  for (const state of ['stopped', 'completed', 'failed'] as const)
    assert.equal(judge([service({ state })], 'stopped', strict).type, 'reached');
  for (const state of ['stopping', 'ready', 'backoff', 'waiting'] as const)
    assert.equal(judge([service({ state })], 'stopped', strict).type, 'pending');
});

test('a disabled service has no process, and will not become ready however long it is waited for', () => {
  const disabled = service({ state: 'waiting', enabled: false });
  assert.equal(judge([disabled], 'stopped', strict).type, 'reached');
  assert.equal(judge([disabled], 'settled', strict).type, 'failed');
  assert.equal(judge([disabled], 'ready', strict).type, 'failed');
  assert.equal(judge([{ ...disabled, state: 'stopped' }], 'ready', strict).type, 'failed');
  assert.equal(judge([{ ...disabled, type: 'job', waitsForOccasion: true }], 'settled', strict).type, 'failed');
});

test('whoever stands behind what is disabled or gave up for good is not waited for, however far behind, and alone is named', () => {
  for (const down of [service({ name: 'db', state: 'waiting', enabled: false }), service({ name: 'db', state: 'failed' })]) {
    const services = [down, service({ name: 'api', ...behind('db') }), service({ name: 'web', ...behind('cache', 'api') })];
    for (const goal of ['ready', 'settled', 'completed'] as const)
      assert.deepEqual(judge(services, goal, { ...strict, names: ['web'] }), { type: 'failed', services: ['web'] });
    assert.equal(judge(services, 'stopped', { ...strict, names: ['web'] }).type, 'pending');
  }
});

test('an output that is waited for is as good as whom it comes from', () => {
  const web = service({ name: 'web', state: 'waiting', blockedBy: [{ type: 'output', service: 'tunnel', output: 'url' }] });
  const judged = (tunnel: Partial<Awaited>) => judge([service({ name: 'tunnel', ...tunnel }), web], 'ready', { ...strict, names: ['web'] });
  assert.equal(judged({ state: 'failed' }).type, 'failed');
  assert.equal(judged({ state: 'starting' }).type, 'pending');
});

test('what comes up by itself is worth waiting for: a retry, a time of a schedule, a connection, a start somebody may give', () => {
  const judged = (db: Partial<Awaited>, goal: Goal) =>
    judge([service({ name: 'db', ...db }), service({ name: 'web', ...behind('db') })], goal, { ...strict, names: ['web'] }).type;
  assert.equal(judged({ state: 'failed', comesBack: true }, 'ready'), 'pending');
  assert.equal(
    judged({ state: 'waiting', waitsForOccasion: true, blockedBy: [{ type: 'occasion', of: 'connection' }] }, 'ready'),
    'pending',
  );
  assert.equal(judged({ state: 'stopped' }, 'ready'), 'pending');
  assert.equal(judged({ state: 'stopped' }, 'settled'), 'failed', 'whoever was just ordered up waits for one that nobody ordered up');
  assert.equal(judged({ state: 'stopped', overlaps: true }, 'settled'), 'pending');
});

test('what waits for its time holds nobody up, also where it will then wait for one that is down', () => {
  const blockedBy: Awaited['blockedBy'] = [{ type: 'occasion', of: 'schedule' }, ...behind('db').blockedBy];
  const backup = service({ name: 'backup', type: 'job', state: 'waiting', waitsForOccasion: true, blockedBy });
  const services = [service({ name: 'db', state: 'failed' }), backup];
  assert.equal(judge(services, 'settled', { ...strict, names: ['backup'] }).type, 'reached');
  assert.equal(judge(services, 'completed', { ...strict, names: ['backup'] }).type, 'failed');
});

const socket = (outlived: string | null): Awaited['blockedBy'][number] => ({
  ...{ type: 'socket', socket: 'http', address: '127.0.0.1:80', pid: 9, command: 'node', outlived },
});

test('a taken address is worth waiting for; one that other instances keep is not, unless one of them is about to end', () => {
  const web = (outlived: string | null, socketsHeld = false) =>
    service({ name: 'web:1', state: 'waiting', blockedBy: [socket(outlived)], socketsHeld });
  const judged = (...services: Awaited[]) => judge(services, 'ready', { ...strict, names: ['web:1'] }).type;
  assert.equal(judged(web(null), service({ name: 'web:2' })), 'pending');
  assert.equal(judged(web('web'), service({ name: 'web:2' })), 'failed');
  assert.equal(judged(web('web'), service({ name: 'web:2', state: 'stopping' })), 'pending');
  assert.equal(judged(web('web', true), service({ name: 'web:2', state: 'starting' })), 'pending', 'it has not looked again yet');
  const before = [web('web'), service({ name: 'web:2', state: 'stopping', socketsHeld: false })];
  assert.equal(judged(...afterEntry(before, sampleEntry({ type: 'starting', service: 'web:2' }))), 'pending');
});

test('on demand: it is not settled before its sockets are held, which is asked for when it says that it waits', () => {
  const sockets = (held: boolean) => ({ http: { listen: '127.0.0.1:80', held } });
  const asleep = (held: boolean) => awaitedOf(sampleService({ state: 'waiting', start: 'on-demand', sockets: sockets(held) }));
  assert.deepEqual([judge([asleep(false)], 'settled', strict).type, judge([asleep(true)], 'settled', strict).type], ['pending', 'reached']);
  assert.ok(leavesOpen(sampleEntry({ type: 'waiting' }), [asleep(false)]));
});

test('services that wait for each other are no reason to think for ever', () => {
  const pair = [service({ name: 'a', ...behind('b') }), service({ name: 'b', ...behind('a') })];
  assert.equal(judge(pair, 'ready', strict).type, 'pending');
});

test('what an entry leaves open is taken as good, until it is asked for', () => {
  const services = [service({ name: 'db' }), service({ name: 'web', ...behind('db') })];
  const failed = sampleEntry({ type: 'failed', service: 'db' });
  const after = afterEntry(services, failed);
  assert.equal(judge(after, 'ready', { ...strict, names: ['web'] }).type, 'pending');
  assert.ok(leavesOpen(failed, after));
  const waiting = sampleEntry({ type: 'waiting', service: 'web' });
  assert.deepEqual([leavesOpen(waiting, services), leavesOpen(waiting, [service({ state: 'failed' })])], [false, true]);
});

test('a service is waited for on its way out, and given up on, when it is disabled meanwhile', () => {
  const stopping = afterEntry([service()], sampleEntry({ type: 'disabled' })).map((each) => ({ ...each, state: 'stopping' as const }));
  assert.equal(judge(stopping, 'stopped', strict).type, 'pending');
  const waiting = afterEntry(stopping, sampleEntry({ type: 'waiting' }));
  assert.deepEqual([judge(waiting, 'stopped', strict).type, judge(waiting, 'settled', strict).type], ['reached', 'failed']);
  const enabled = afterEntry(waiting, sampleEntry({ type: 'enabled' }));
  assert.equal(judge(enabled, 'settled', strict).type, 'pending');
});

test('a wait is hopeful while some service is in its first start, and says when one keeps crashing', () => {
  const verdict = (...services: Awaited[]) => judge(services, 'settled', strict);
  assert.deepEqual(verdict(service({ state: 'starting' })), { type: 'pending', hopeful: true, crashing: false });
  assert.deepEqual(verdict(service({ state: 'waiting' })), { type: 'pending', hopeful: false, crashing: false });
  assert.deepEqual(verdict(service({ state: 'starting', attempt: 2 })), { type: 'pending', hopeful: false, crashing: true });
  assert.deepEqual(verdict(service({ state: 'backoff', attempt: 1 })), { type: 'pending', hopeful: false, crashing: true });
});

test('an earlier crash of a service that is ready now does not count', () => {
  const services = [service({ attempt: 1 }), service({ name: 'web', state: 'waiting' })];
  assert.deepEqual(judge(services, 'settled', strict), { type: 'pending', hopeful: false, crashing: false });
});

test('nothing to wait for is reached at once', () => {
  assert.equal(judge([], 'settled', strict).type, 'reached');
});

test('entries move services; those of others, and those without a state, do not', () => {
  const before = [service({ state: 'starting' })];
  assert.equal(afterEntry(before, sampleEntry({ type: 'ready' }))[0]?.state, 'ready');
  assert.equal(afterEntry(before, sampleEntry({ type: 'ready', service: 'other' })), before);
  assert.equal(afterEntry(before, sampleEntry({ type: 'output' })), before);
});

test('a crash counts an attempt, and the next start is not the first', () => {
  const crashed = afterEntry([service({ state: 'starting' })], sampleEntry({ type: 'crashed' }));
  const again = afterEntry(crashed, sampleEntry({ type: 'starting' }));
  assert.deepEqual(judge(again, 'settled', strict), { type: 'pending', hopeful: false, crashing: true });
});
