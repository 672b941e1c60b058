import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Journal } from '../../src/daemon/journal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const entry = (text: string) => ({ type: 'ready', service: 'a', run: 1, text }) as const;

test('entries are numbered, and a journal opened again goes on counting', (t) => {
  const folder = temporaryFolder(t);
  const first = new Journal(folder);
  first.record(entry('one'), 1000);
  assert.equal(first.record(entry('two'), 2000).seq, 2);
  first.close();
  const second = new Journal(folder);
  assert.equal(second.record(entry('three'), 3000).seq, 3);
  second.close();
});

test('a journal with half a line at its end goes on counting after the last whole one', (t) => {
  const folder = temporaryFolder(t);
  const first = new Journal(folder);
  first.record(entry('one'), 1000);
  // Longer than what is read of it at a time.
  first.record(entry('two '.repeat(10_000)), 2000);
  first.close();
  appendFileSync(join(folder, 'events'), '{"seq":3,"ti');
  const second = new Journal(folder);
  assert.equal(second.seq, 2);
  second.close();
});

test('a journal that has just been begun anew goes on counting after the one before', (t) => {
  const folder = temporaryFolder(t);
  const first = new Journal(folder);
  first.record(entry('one'), 1000);
  first.close();
  renameSync(join(folder, 'events'), join(folder, 'events.1'));
  const second = new Journal(folder);
  assert.equal(second.seq, 1);
  second.close();
});

test('a journal whose folder was removed is begun anew with the next entry, and counts on', (t) => {
  const folder = join(temporaryFolder(t), 'supervisor');
  const journal = new Journal(folder);
  journal.record(entry('one'), 1000);
  rmSync(folder, { recursive: true });
  journal.record(entry('two'), 2000);
  journal.close();
  assert.equal(journal.problem, null);
  assert.match(readFileSync(join(folder, 'events'), 'utf8'), /^\{"seq":2,.*\n$/);
  assert.match(readFileSync(join(folder, 'log'), 'utf8'), /two\n$/);
});

test('a subscriber gets what it missed and everything new, once and in order', (t) => {
  const journal = new Journal(temporaryFolder(t));
  for (const text of ['one', 'two', 'three']) journal.record(entry(text), 0);
  const seen: string[] = [];
  const end = journal.subscribe(1, ({ text }) => seen.push(text));
  journal.record(entry('four'), 0);
  end();
  journal.record(entry('five'), 0);
  journal.close();
  assert.deepEqual(seen, ['two', 'three', 'four']);
});

test('each entry is a JSON line for programs and a sentence for people', (t) => {
  const folder = temporaryFolder(t);
  const journal = new Journal(folder);
  journal.record(entry('after 3 ms'), 0);
  journal.close();
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'events'), 'utf8')), {
    seq: 1,
    time: 0,
    type: 'ready',
    service: 'a',
    run: 1,
    text: 'after 3 ms',
  });
  assert.equal(readFileSync(join(folder, 'log'), 'utf8'), '1970-01-01T00:00:00.000Z a ready: after 3 ms\n');
});

test('the latest entries of a service come newest first', (t) => {
  const journal = new Journal(temporaryFolder(t));
  for (const text of ['one', 'two', 'three']) journal.record(entry(text), 0);
  journal.record({ ...entry('of another'), service: 'b' }, 0);
  journal.close();
  assert.deepEqual(
    journal.latestOf('a', 2).map(({ text }) => text),
    ['three', 'two'],
  );
});
