import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordedEntry, ServiceSnapshot } from '../../src/control/protocol.ts';
import { type AwaitOptions, awaitServices } from '../../src/library/await-services.ts';
import { sampleEntry, sampleProject, sampleService } from '../cli/sample.ts';

/** A supervisor whose journal the test writes. */
function fakeSupervisor(services: ServiceSnapshot[]) {
  let listener: ((entry: RecordedEntry) => void) | null = null;
  let leave: () => void = () => undefined;
  let now = services;
  let noteSubscribed: () => void = () => undefined;
  const subscribed = new Promise<void>((resolve) => {
    noteSubscribed = resolve;
  });
  const client = {
    snapshot: async () => ({ ok: true as const, value: sampleProject({ services: now }) }),
    events: (_: number, onEntry: (entry: RecordedEntry) => void, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        listener = onEntry;
        leave = resolve;
        signal.addEventListener('abort', () => resolve());
        noteSubscribed();
      }),
  };
  return {
    client: client as unknown as AwaitOptions['client'],
    subscribed,
    say: (entry: Partial<RecordedEntry>) => listener?.(sampleEntry(entry)),
    become: (next: ServiceSnapshot[]) => {
      now = next;
    },
    die: () => leave(),
  };
}

function begin(supervisor: ReturnType<typeof fakeSupervisor>, services: ServiceSnapshot[], given: Partial<AwaitOptions> = {}) {
  return awaitServices({
    client: supervisor.client,
    snapshot: sampleProject({ services }),
    names: services.map(({ name }) => name),
    goal: 'settled',
    forgiving: true,
    timeoutMs: null,
    patient: false,
    onEntry: () => undefined,
    ...given,
  });
}

test('what is so already needs no event', async () => {
  const services = [sampleService()];
  assert.equal((await begin(fakeSupervisor(services), services)).type, 'reached');
});

test('the wait ends with the entry that makes the last service ready, and tells how they are then', async () => {
  const services = [sampleService(), sampleService({ name: 'mitm', state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const seen: string[] = [];
  const result = begin(supervisor, services, { onEntry: (entry) => seen.push(entry.text) });
  await supervisor.subscribed;
  supervisor.say({ service: 'other', type: 'failed', text: 'not ours' });
  supervisor.become([sampleService(), sampleService({ name: 'mitm' })]);
  supervisor.say({ service: 'mitm', type: 'ready', text: 'it is ready' });
  const { type, services: now } = await result;
  assert.equal(type, 'reached');
  assert.deepEqual(
    now.map(({ state }) => state),
    ['ready', 'ready'],
  );
  assert.deepEqual(seen, ['not ours', 'it is ready']);
});

test('a service that gives up ends the wait, though others still start', async () => {
  const services = [sampleService({ state: 'starting' }), sampleService({ name: 'mitm', state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services);
  await supervisor.subscribed;
  supervisor.say({ service: 'mitm', type: 'failed' });
  assert.equal((await result).type, 'failed');
});

test('a supervisor that ends meanwhile is told apart from a service that fails', async () => {
  const services = [sampleService({ state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services);
  await supervisor.subscribed;
  supervisor.die();
  assert.equal((await result).type, 'supervisor-gone');
});

test('after an entry that may move a service without saying so, the supervisor is asked', async () => {
  const services = [sampleService({ state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services);
  await supervisor.subscribed;
  supervisor.become([sampleService()]);
  supervisor.say({ type: 'adopted' });
  assert.equal((await result).type, 'reached');
});

test('a timeout that was asked for is the end, also of a first start', async () => {
  const services = [sampleService({ state: 'starting' })];
  assert.equal((await begin(fakeSupervisor(services), services, { timeoutMs: 1 })).type, 'timed-out');
});

test('patience outlasts a first start, and ends with what crashes again and again', async () => {
  const services = [sampleService({ state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services, { timeoutMs: 0, patient: true });
  await supervisor.subscribed;
  supervisor.say({ type: 'starting' });
  supervisor.say({ type: 'crashed' });
  supervisor.say({ type: 'backoff' });
  assert.equal((await result).type, 'failed');
});

test('patience ends with what waits and has never crashed as a timeout', async () => {
  const services = [sampleService({ state: 'waiting' })];
  assert.equal((await begin(fakeSupervisor(services), services, { timeoutMs: 0, patient: true })).type, 'timed-out');
});
