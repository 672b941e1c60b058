import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { latestCrashReport, writeCrashReport } from '../../src/logs/crash-report.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { mustNotDrop, POLICY } from './log-rig.ts';

const NOON = Date.UTC(2026, 0, 31, 12, 0, 0, 7);

function printLines(folder: string, run: number, count: number): void {
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  for (let n = 1; n <= count; n++) writer.append(Buffer.from(`run ${run} line ${n}\n`), n % 2 === 0 ? 'out' : 'err', run, NOON);
  writer.close();
}

test('a crash report says why, and shows all that the run printed', (t) => {
  const folder = temporaryFolder(t);
  printLines(folder, 1, 3);
  printLines(folder, 2, 2);
  const path = writeCrashReport(folder, { cause: 'exit 1', outcome: 'restarts\nin 2s' }, 2, NOON, 10);
  assert.equal(path, join(folder, 'crashes', '2026-01-31T12-00-00.007Z.txt'));
  assert.equal(readFileSync(path, 'utf8'), 'cause: exit 1\noutcome: restarts\n  in 2s\n\n--- output ---\nrun 2 line 1\nrun 2 line 2\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('of much output the first 20 and the last 50 lines are shown, 70 are shown whole', (t) => {
  const folder = temporaryFolder(t);
  const numbers = (count: number, from: number): string[] => Array.from({ length: count }, (_, n) => `run 1 line ${from + n}`);
  printLines(folder, 1, 70);
  const whole = readFileSync(writeCrashReport(folder, {}, 1, NOON, 10), 'utf8').split('\n');
  assert.deepEqual(whole, ['', '--- output ---', ...numbers(70, 1), '']);
  printLines(folder, 2, 1_000);
  const cut = readFileSync(writeCrashReport(folder, {}, 2, NOON, 10), 'utf8')
    .replaceAll('run 2', 'run 1')
    .split('\n');
  assert.deepEqual(cut, [
    '',
    '--- output, first 20 lines kept ---',
    ...numbers(20, 1),
    '',
    '--- output, last 50 lines ---',
    ...numbers(50, 951),
    '',
  ]);
});

test('a report cannot act on the terminal that shows it', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  writer.append(Buffer.from('\u001B[2J\u001B]0;owned\u0007bell\u0007 back\b\n'), 'out', 1, NOON);
  writer.close();
  const text = readFileSync(writeCrashReport(folder, {}, 1, NOON, 10), 'utf8');
  assert.equal(text, '\n--- output ---\nbell␇ back␈\n');
});

test('no report replaces another of the same moment, and the newest is found', (t) => {
  const folder = temporaryFolder(t);
  const paths = Array.from({ length: 12 }, () => writeCrashReport(folder, {}, 1, NOON, 100));
  assert.equal(new Set(paths).size, 12);
  assert.equal(latestCrashReport(folder), paths.at(-1));
  const later = writeCrashReport(folder, {}, 1, NOON + 1, 100);
  assert.equal(latestCrashReport(folder), later);
});

test('only the newest reports are kept, and nothing else is removed', (t) => {
  const folder = temporaryFolder(t);
  writeCrashReport(folder, {}, 1, NOON, 3);
  writeFileSync(join(folder, 'crashes', 'notes.txt'), 'mine');
  const paths = [1, 2, 3, 4].map((n) => writeCrashReport(folder, {}, 1, NOON + n * 1_000, 3));
  assert.deepEqual(readdirSync(join(folder, 'crashes')).sort(), [...paths.slice(-3).map((path) => basename(path)), 'notes.txt']);
});

test('a service that never crashed has no report', (t) => {
  const folder = temporaryFolder(t);
  assert.equal(latestCrashReport(folder), null);
  assert.equal(latestCrashReport(join(folder, 'missing')), null);
});

test('a crash without any output is reported too', (t) => {
  const path = writeCrashReport(join(temporaryFolder(t), 'web'), { cause: 'SIGKILL' }, 1, NOON, 10);
  assert.equal(readFileSync(path, 'utf8'), 'cause: SIGKILL\n\n--- output ---\n');
});
