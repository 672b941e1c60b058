import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { keptRuns } from '../../src/logs/kept-runs.ts';
import { rotateFiles } from '../../src/logs/log-rotation.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { mustNotDrop, POLICY } from './log-rig.ts';

function writeRun(folder: string, run: number, text: string): void {
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  if (text !== '') writer.append(Buffer.from(text), 'out', run, 1);
  writer.endRun(run, 1);
  writer.close();
}

test('where nothing was ever logged no run is kept', (t) => {
  assert.deepEqual(keptRuns(join(temporaryFolder(t), 'web')), []);
});

test('each run is kept once, also one without a word, until its file is rotated out', (t) => {
  const folder = temporaryFolder(t);
  writeRun(folder, 1, 'one\n');
  rotateFiles(folder, 1);
  writeRun(folder, 2, 'two\nand more\n');
  writeRun(folder, 3, '');
  assert.deepEqual(keptRuns(folder), [1, 2, 3]);
  rotateFiles(folder, 1);
  assert.deepEqual(keptRuns(folder), [2, 3]);
});
