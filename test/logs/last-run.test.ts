import assert from 'node:assert/strict';
import { mkdirSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLastRun } from '../../src/logs/last-run.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { mustNotDrop, POLICY } from './log-rig.ts';

function writeRun(folder: string, run: number): void {
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  writer.append(Buffer.from('one\n'), 'out', run, 1);
  writer.close();
}

test('where nothing was ever logged there was no run', (t) => {
  assert.equal(readLastRun(join(temporaryFolder(t), 'web')), 0);
});

test('the latest run is that of the last chunk', (t) => {
  const folder = temporaryFolder(t);
  for (const run of [3, 4, 7]) writeRun(folder, run);
  assert.equal(readLastRun(folder), 7);
});

test('a run that has ended without a word is known too', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  writer.endRun(5, 1);
  writer.close();
  assert.equal(readLastRun(folder), 5);
});

test('right after a rotation it is known from the rotated file', (t) => {
  const folder = temporaryFolder(t);
  writeRun(folder, 3);
  renameSync(join(folder, 'log'), join(folder, 'log.1'));
  renameSync(join(folder, 'log.idx'), join(folder, 'log.idx.1'));
  new LogWriter(folder, POLICY, mustNotDrop).close();
  assert.equal(readLastRun(folder), 3);
});

test('a log that somebody has emptied has not had fewer runs', (t) => {
  const folder = temporaryFolder(t);
  writeRun(folder, 6);
  truncateSync(join(folder, 'log'), 0);
  assert.equal(readLastRun(folder), 6);
});

test('an index that cannot be read knows of no run, and keeps nobody from starting', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'log.idx'));
  assert.equal(readLastRun(folder), 0);
});
