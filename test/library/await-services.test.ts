import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HANDS_OVER } from '../../src/control/hand-over.ts';
import type { RecordedEntry, ServiceSnapshot } from '../../src/control/protocol.ts';
import { type AwaitOptions, awaitServices } from '../../src/library/await-services.ts';
import { sampleEntry, sampleProject, sampleService } from '../cli/sample.ts';

/** A supervisor whose journal the test writes. */
function fakeSupervisor(services: ServiceSnapshot[]) {
  let listener: ((entry: RecordedEntry) => void) | null = null;
  let leave: () => void = () => undefined;
  let now = services;
  let { seq, pid } = sampleProject();
  const held: (() => void)[] = [];
  let holds = false;
  let noteSubscribed: () => void = () => undefined;
  const subscribed = new Promise<void>((resolve) => {
    noteSubscribed = resolve;
  });
  const client = {
    snapshot: async () => {
      const answer = { ok: true as const, value: sampleProject({ services: now, seq, pid }) };
      if (holds) await new Promise<void>((resolve) => held.push(resolve));
      return answer;
    },
    events: (_: number, onEntry: (entry: RecordedEntry) => void, signal: AbortSignal) =>
      new Promise<object>((resolve) => {
        listener = onEntry;
        leave = () => resolve({ ok: true, value: 'ended' });
        signal.addEventListener('abort', () => resolve({ ok: true, value: 'aborted' }));
        noteSubscribed();
      }),
  };
  return {
    client: client as unknown as AwaitOptions['client'],
    subscribed,
    say: (entry: Partial<RecordedEntry>) => {
      seq += 1;
      listener?.(sampleEntry({ ...entry, seq }));
    },
    /** Snapshots are from now on as they were when they were asked for, and on their way until they are let go. */
    holdAnswers: () => {
      holds = true;
    },
    letGo: () => {
      holds = false;
      for (const answer of held.splice(0)) answer();
    },
    become: (next: ServiceSnapshot[]) => {
      now = next;
    },
    die: () => leave(),
    /** Another one answers in its place. */
    makeRoom: () => {
      pid += 1;
      leave();
    },
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

test('a service that is ready and has given up before the answer is there has failed', async () => {
  const services = [sampleService({ state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services);
  await supervisor.subscribed;
  supervisor.become([sampleService({ state: 'failed' })]);
  supervisor.say({ type: 'ready' });
  const { type, lost } = await result;
  assert.deepEqual([type, lost.map(({ name }) => name)], ['failed', ['server']]);
});

test('the wait goes on with the supervisor that takes over', async () => {
  const services = [sampleService({ state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services);
  await supervisor.subscribed;
  supervisor.say({ service: null, type: 'supervisor-stopping', text: HANDS_OVER });
  supervisor.become([sampleService()]);
  supervisor.makeRoom();
  assert.equal((await result).type, 'reached');
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

test('a wait for a service that is taken out of the file ends, and names it', async () => {
  const services = [sampleService({ state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services, { goal: 'ready', forgiving: false });
  await supervisor.subscribed;
  supervisor.become([]);
  supervisor.say({ type: 'stopped' });
  const { type, gone } = await result;
  assert.deepEqual([type, gone], ['failed', ['server']]);
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

test('an answer that is older than the last entry takes nothing back', async () => {
  const services = [sampleService({ state: 'starting' }), sampleService({ name: 'mitm', state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services, { goal: 'ready' });
  await supervisor.subscribed;
  supervisor.holdAnswers();
  supervisor.say({ service: null, type: 'reloaded' });
  supervisor.say({ service: 'server', type: 'ready' });
  supervisor.letGo();
  await new Promise(setImmediate);
  supervisor.become([sampleService(), sampleService({ name: 'mitm' })]);
  supervisor.say({ service: 'mitm', type: 'ready' });
  assert.equal((await result).type, 'reached');
});

test('a wait ends when whom its service waits for gives up for good, and goes on while that is tried again', async () => {
  const web = sampleService({
    name: 'web',
    state: 'waiting',
    blockedBy: [{ type: 'dependency', service: 'db', condition: 'ready', state: 'starting', disabled: false }],
  });
  const services = [sampleService({ name: 'db', state: 'starting' }), web];
  const supervisor = fakeSupervisor(services);
  const result = begin(supervisor, services, { names: ['web'], goal: 'ready' });
  await supervisor.subscribed;
  supervisor.become([sampleService({ name: 'db', state: 'failed', nextAt: 1 }), web]);
  supervisor.say({ service: 'db', type: 'failed' });
  await new Promise(setImmediate);
  supervisor.become([sampleService({ name: 'db', state: 'failed' }), web]);
  supervisor.say({ service: 'db', type: 'failed' });
  const { type, lost } = await result;
  assert.deepEqual([type, lost.map(({ name }) => name)], ['failed', ['web']]);
});

test('a supervisor that says nothing when time is up is asked once more, for a moment, and told to be silent', async () => {
  const services = [sampleService({ state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  const asked: { readonly timeoutMs?: number }[] = [];
  const client = {
    ...supervisor.client,
    snapshot: async (options: { readonly timeoutMs?: number }) => {
      asked.push(options);
      return { ok: false as const, reason: 'timeout' as const, message: '' };
    },
  };
  const { type, answers } = await begin({ ...supervisor, client: client as AwaitOptions['client'] }, services, { timeoutMs: 1 });
  assert.deepEqual([type, answers], ['timed-out', false]);
  assert.deepEqual(
    asked.map(({ timeoutMs }) => timeoutMs !== undefined),
    [true],
  );
});

test('a journal that cannot be had for now, as the supervisor hangs, is no end of it', async () => {
  const services = [sampleService({ state: 'starting' })];
  const supervisor = fakeSupervisor(services);
  let tries = 0;
  const events: AwaitOptions['client']['events'] = (...given) => {
    tries += 1;
    return tries === 1 ? Promise.resolve({ ok: false, reason: 'timeout', message: '' }) : supervisor.client.events(...given);
  };
  const ended = begin({ ...supervisor, client: { ...supervisor.client, events } }, services);
  await supervisor.subscribed;
  supervisor.become([sampleService()]);
  supervisor.say({ type: 'ready' });
  assert.equal((await ended).type, 'reached');
});
