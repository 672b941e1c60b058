import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Awaited, afterEntry, judge, refuseEndlessWait } from '../../src/library/goal.ts';
import { sampleEntry, sampleService } from '../cli/sample.ts';

const service = (given: Partial<Awaited> = {}): Awaited => ({
  name: 'server',
  type: 'service',
  optional: false,
  state: 'ready',
  enabled: true,
  waitsForOccasion: false,
  overlaps: false,
  attempt: 0,
  ...given,
});
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
  assert.equal(judge([disabled], 'ready', strict).type, 'pending');
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
