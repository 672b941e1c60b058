import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askUntilListening } from '../../src/library/running-project.ts';
import { serve } from '../control/fake-supervision.ts';

test('a supervisor that is just starting is asked until it listens, wherever that turns out to be', async (t) => {
  const { socket: itsSocket } = await serve(t);
  const known = [null, `${itsSocket}.not-yet`, itsSocket];
  const { socket, answer } = await askUntilListening({
    findSocket: () => (known.length > 1 ? (known.shift() as string | null) : itsSocket),
    isWorthWaiting: () => true,
    usage: false,
  });
  assert.deepEqual([socket, answer.ok && answer.value.name], [itsSocket, 'shop']);
});

test('one that is not worth waiting for is asked once, with what it said', async () => {
  const reasons: string[] = [];
  const { answer } = await askUntilListening({
    findSocket: () => null,
    isWorthWaiting: ({ reason }) => {
      reasons.push(reason);
      return false;
    },
    usage: false,
  });
  assert.deepEqual([answer.ok, reasons], [false, ['not-running']]);
});

test('when time is up one that may come all the same is no longer asked', async () => {
  const { answer } = await askUntilListening({ findSocket: () => null, isWorthWaiting: () => true, usage: false, timeoutMs: 30 });
  assert.equal(answer.ok === false && answer.reason, 'not-running');
});
