import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iterate } from '../../src/library/iterate.ts';

/** Tells these, one after another, as fast as they are taken; notes what became of it. */
function teller(items: readonly number[], notes: string[] = []) {
  return async (listener: (item: number) => Promise<void>, signal: AbortSignal): Promise<void> => {
    for (const item of items) {
      if (signal.aborted) break;
      notes.push(`tells ${item}`);
      await listener(item);
    }
    notes.push(signal.aborted ? 'was left' : 'is done');
  };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('every item comes once, in order, and then the end', async () => {
  assert.deepEqual(await collect(iterate(teller([1, 2, 3]), undefined)), [1, 2, 3]);
  assert.deepEqual(await collect(iterate(teller([]), undefined)), []);
});

test('the next item is told only when the one before has been taken', async () => {
  const notes: string[] = [];
  const items = iterate(teller([1, 2], notes), undefined);
  assert.equal((await items.next()).value, 1);
  assert.deepEqual(notes, ['tells 1']);
  assert.equal((await items.next()).value, 2);
  assert.deepEqual(notes, ['tells 1', 'tells 2']);
  assert.equal((await items.next()).done, true);
});

test('who tells is let go of where the loop is left', async () => {
  const notes: string[] = [];
  for await (const item of iterate(teller([1, 2, 3], notes), undefined)) if (item === 2) break;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(notes, ['tells 1', 'tells 2', 'was left']);
});

test('an aborted signal ends it as if there were no more, before the first item too', async () => {
  const ended = new AbortController();
  const seen: number[] = [];
  for await (const item of iterate(teller([1, 2, 3]), ended.signal)) {
    seen.push(item);
    if (item === 2) ended.abort();
  }
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(await collect(iterate(teller([1]), ended.signal)), []);
});

test('an aborted signal ends it also while nothing is told', async () => {
  const ended = new AbortController();
  const silent = (_: unknown, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  const waiting = collect(iterate(silent, ended.signal));
  ended.abort();
  assert.deepEqual(await waiting, []);
});

test('what goes wrong while telling is thrown after what was told before', async () => {
  const items = iterate<number>(async (listener) => {
    await listener(1);
    throw new Error('the log is gone');
  }, undefined);
  assert.equal((await items.next()).value, 1);
  await assert.rejects(items.next(), /the log is gone/);
});
