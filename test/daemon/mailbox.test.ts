import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mailbox } from '../../src/daemon/mailbox.ts';
import type { Effect } from '../../src/supervisor/effect.ts';
import { createState, type SupervisorState } from '../../src/supervisor/state.ts';
import { type Given, sampleProject } from '../supervisor/sample-spec.ts';
import { NOTHING_FOUND } from '../supervisor/scenario.ts';

interface Opened {
  readonly mailbox: Mailbox;
  readonly performed: Effect[];
}

function open(services: Readonly<Record<string, Given>>, perform: (effect: Effect, opened: Opened) => void = () => undefined): Opened {
  const state: SupervisorState = createState(sampleProject(services), { profiles: [], startsAdded: true, seed: 7, nowMs: 0 });
  const performed: Effect[] = [];
  const mailbox = new Mailbox({
    state,
    perform: (effect) => {
      performed.push(effect);
      perform(effect, opened);
    },
    onIdle: () => undefined,
    onBroken: (error) => assert.fail(error as Error),
  });
  const opened = { mailbox, performed };
  return opened;
}

function start(...services: string[]) {
  return { type: 'start-requested', services, withDependencies: true, again: true } as const;
}

test('what is done comes before what is said of it, each in order', (t) => {
  const { mailbox, performed } = open({ a: {}, b: {} });
  t.after(() => mailbox.close());
  mailbox.post(start('a', 'b'));
  for (const [service, pid] of [
    ['a', 10],
    ['b', 11],
  ] as const)
    mailbox.post({ type: 'spawned', service, run: 1, pid });
  performed.length = 0;
  mailbox.post({ type: 'down-requested', gracePeriodMs: null });
  const told = performed.map((effect) => (effect.type === 'announce' ? `${effect.entry.type} ${effect.entry.service}` : effect.type));
  assert.deepEqual(told, ['signal-group', 'signal-group', 'stopping a', 'stopping b']);
});

test('whoever hears of a crash finds its report', (t) => {
  const { mailbox, performed } = open({ a: {} });
  t.after(() => mailbox.close());
  mailbox.post(start('a'), { type: 'spawned', service: 'a', run: 1, pid: 10 });
  performed.length = 0;
  mailbox.post(
    { type: 'process-exited', service: 'a', run: 1, exit: { code: 1, signal: null } },
    { type: 'run-cleared', service: 'a', run: 1, evidence: NOTHING_FOUND },
  );
  const told = performed.flatMap((effect) =>
    effect.type === 'announce' ? [effect.entry.type] : effect.type === 'write-crash-report' ? ['report'] : [],
  );
  assert.deepEqual(told.slice(0, 2), ['report', 'crashed']);
});

test('a fact that comes up while orders are carried out waits until all of them are', (t) => {
  const { mailbox, performed } = open({ a: {}, b: {} }, (effect, opened) => {
    if (effect.type === 'spawn')
      opened.mailbox.post({ type: 'spawn-failed', service: effect.service, run: 1, code: 'EMFILE', message: 'none left' });
  });
  t.after(() => mailbox.close());
  mailbox.post(start('a', 'b'));
  assert.deepEqual(
    performed.slice(0, 2).map(({ type }) => type),
    ['spawn', 'spawn'],
  );
});

test('it wakes up by itself for a deadline, and once more where the next one is later', async (t) => {
  let wake: () => void = () => undefined;
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const stop = { signal: 'SIGTERM', gracePeriodMs: 5, command: null } as const;
  const { mailbox, performed } = open({ a: { stop }, b: { stop: { ...stop, gracePeriodMs: 15 } } }, () => {
    const kills = performed.filter((effect) => effect.type === 'signal-group' && effect.signal === 'SIGKILL');
    if (kills.length === 2) wake();
  });
  t.after(() => mailbox.close());
  mailbox.post(start('a', 'b'));
  for (const [service, pid] of [
    ['a', 10],
    ['b', 11],
  ] as const)
    mailbox.post({ type: 'spawned', service, run: 1, pid });
  mailbox.post({ type: 'down-requested', gracePeriodMs: null });
  // Facts in between, which change no deadline, must not put off the timer.
  mailbox.post({ type: 'deadline-passed' });
  await woken;
});
