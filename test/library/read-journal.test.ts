import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readJournal } from '../../src/library/read-journal.ts';
import { sampleEntry } from '../cli/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lineOf = (seq: number): string => `${JSON.stringify(sampleEntry({ seq }))}\n`;

/** A state folder whose journal has these entries in these files. */
function stateDirWith(t: TestContext, files: Readonly<Record<string, readonly number[]>>): string {
  const stateDir = temporaryFolder(t);
  mkdirSync(join(stateDir, 'supervisor'));
  for (const [name, seqs] of Object.entries(files)) writeFileSync(join(stateDir, 'supervisor', name), seqs.map(lineOf).join(''));
  return stateDir;
}

const seqsIn = (stateDir: string) => readJournal(stateDir)?.map(({ seq }) => seq);

test('where no supervisor ever was there is no journal', (t) => {
  assert.equal(readJournal(join(temporaryFolder(t), 'not-there')), null);
  assert.equal(readJournal(stateDirWith(t, {})), null);
});

test('what was rotated comes first', (t) => {
  assert.deepEqual(seqsIn(stateDirWith(t, { events: [3, 4], 'events.1': [1, 2] })), [1, 2, 3, 4]);
});

test('a file that is met under both names, as it is rotated meanwhile, is told once', (t) => {
  assert.deepEqual(seqsIn(stateDirWith(t, { events: [3, 4], 'events.1': [3, 4] })), [3, 4]);
});

test('half a line, left by a machine that lost its power, takes no other with it', (t) => {
  const stateDir = stateDirWith(t, { events: [1] });
  appendFileSync(join(stateDir, 'supervisor', 'events'), `{"seq":2,"ti\n${lineOf(3)}`);
  assert.deepEqual(seqsIn(stateDir), [1, 3]);
});
