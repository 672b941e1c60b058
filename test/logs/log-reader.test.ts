import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lastLines } from '../../src/logs/last-lines.ts';
import { readLogs } from '../../src/logs/log-reader.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { EVERYTHING, linesIn, mustNotDrop, POLICY, textsIn } from './log-rig.ts';

type Chunk = readonly [text: string, stream: 'out' | 'err', run: number, timeMs: number];

function write(folder: string, chunks: readonly Chunk[], policy = POLICY): void {
  const writer = new LogWriter(folder, policy, mustNotDrop);
  for (const [text, stream, run, timeMs] of chunks) writer.append(Buffer.from(text), stream, run, timeMs);
  writer.close();
}

test('a folder that is not there holds no lines', (t) => {
  const folder = join(temporaryFolder(t), 'nothing');
  assert.deepEqual(linesIn(folder), []);
  assert.deepEqual(linesIn(folder, { lastLines: 5 }), []);
  assert.deepEqual(linesIn(folder, { run: -1 }), []);
  assert.deepEqual(lastLines(folder, 1, 5), []);
});

test('lines of both streams are put together again although they were cut by each other', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [
    ['out be', 'out', 1, 10],
    ['err be', 'err', 1, 20],
    ['gun\n', 'out', 1, 30],
    ['gun\n', 'err', 1, 40],
  ]);
  assert.deepEqual(linesIn(folder), [
    { service: 'web', time: 30, stream: 'out', run: 1, text: 'out begun' },
    { service: 'web', time: 40, stream: 'err', run: 1, text: 'err begun' },
  ]);
});

test('last words without newline count, and end where the next run begins', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [
    ['last words', 'out', 1, 10],
    ['first words\n', 'out', 2, 20],
  ]);
  assert.deepEqual(
    linesIn(folder).map(({ text, run, time }) => [text, run, time]),
    [
      ['last words', 1, 10],
      ['first words', 2, 20],
    ],
  );
});

test('lines that a run left open end with the run when its end is told, the earlier first', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  writer.append(Buffer.from('err'), 'err', 1, 10);
  writer.append(Buffer.from('out'), 'out', 1, 20);
  writer.endRun(1, 30);
  writer.append(Buffer.from('a hook of the same run\n'), 'err', 1, 40);
  writer.close();
  assert.deepEqual(textsIn(folder), ['err', 'out', 'a hook of the same run']);
});

test('carriage returns before a newline belong to it, others stay', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [['10%\r100%\r\ndone\r\r\n', 'out', 1, 10]]);
  assert.deepEqual(textsIn(folder), ['10%\r100%', 'done']);
});

test('several services are merged by time, at the same time in the order given', (t) => {
  const folder = temporaryFolder(t);
  write(join(folder, 'a'), [
    ['a1\n', 'out', 1, 10],
    ['a3\n', 'out', 1, 30],
    ['a4\n', 'out', 1, 40],
  ]);
  write(join(folder, 'b'), [
    ['b2\n', 'out', 1, 20],
    ['b3\n', 'out', 1, 30],
  ]);
  const folders = new Map(['a', 'b', 'missing'].map((name) => [name, join(folder, name)]));
  const texts = (lastLines: number | null): string[] => Array.from(readLogs(folders, { ...EVERYTHING, lastLines }), ({ text }) => text);
  assert.deepEqual(texts(null), ['a1', 'b2', 'a3', 'b3', 'a4']);
  assert.deepEqual(texts(2), ['b3', 'a4']);
});

test('a pattern sees the text without its colours', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [['\u001B[32mGET\u001B[0m /\nPOST /\n', 'out', 1, 10]]);
  assert.deepEqual(textsIn(folder, { grep: /^GET \// }), ['\u001B[32mGET\u001B[0m /']);
});

test('the latest run and those before are found by counting back', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [
    ['one\n', 'out', 1, 10],
    ['five\n', 'out', 5, 20],
    ['six\n', 'out', 6, 30],
  ]);
  assert.deepEqual(
    [-1, -2, -3, -4, 5].map((run) => textsIn(folder, { run })),
    [['six'], ['five'], ['one'], [], ['five']],
  );
});

test('of a run number that was used twice, the later run counts', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [
    ['old\n', 'out', 1, 10],
    ['old\n', 'out', 2, 20],
    ['new\n', 'out', 1, 30],
  ]);
  assert.deepEqual(textsIn(folder, { run: 1 }), ['new']);
  assert.deepEqual(lastLines(folder, 1, 50), ['new']);
  assert.deepEqual(lastLines(folder, 3, 50), []);
});

test('a line is found by its time when it began before', (t) => {
  const folder = temporaryFolder(t);
  write(
    folder,
    [
      ['earlier\nbegun ', 'out', 1, 10],
      ['elsewhere\n', 'err', 1, 15],
      ['and ended\nlater\n', 'out', 1, 20],
    ],
    { ...POLICY, maxSizeBytes: 12 },
  );
  assert.deepEqual(textsIn(folder, { sinceMs: 20 }), ['begun and ended', 'later']);
  assert.deepEqual(textsIn(folder, { untilMs: 15 }), ['earlier', 'elsewhere']);
});

test('a clock that was set back hides nothing', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [
    ['a\n', 'out', 1, 500],
    ['b\n', 'out', 1, 100],
    ['c\n', 'out', 1, 600],
    ['d\n', 'out', 1, 200],
  ]);
  assert.deepEqual(textsIn(folder, { sinceMs: 150 }), ['a', 'c', 'd']);
});

test('a log without its index is shown with the time of its file', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [['one\ntwo\n', 'err', 3, 10]]);
  rmSync(join(folder, 'log.idx'));
  utimesSync(join(folder, 'log'), 1_000, 1_000);
  assert.deepEqual(
    linesIn(folder).map(({ time, run, stream, text }) => [time, run, stream, text]),
    [
      [1_000_000, 0, 'out', 'one'],
      [1_000_000, 0, 'out', 'two'],
    ],
  );
});

test('bytes behind a torn index belong to the last known run', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [['one\n', 'err', 3, 10]]);
  appendFileSync(join(folder, 'log'), 'two\n');
  appendFileSync(join(folder, 'log.idx'), 'torn');
  assert.deepEqual(
    linesIn(folder).map(({ run, stream, text }) => [run, stream, text]),
    [
      [3, 'err', 'one'],
      [3, 'err', 'two'],
    ],
  );
});

test('an index that is garbage does no more harm than wrong times', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [['one\ntwo\nthree\n', 'out', 1, 10]]);
  writeFileSync(join(folder, 'log.idx'), Buffer.alloc(16 * 50, 0xa5));
  assert.deepEqual(textsIn(folder), ['one', 'two', 'three']);
});

test('an emptied log is empty, whatever its index says', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [
    ['one\n', 'out', 1, 10],
    ['two\n', 'out', 1, 20],
  ]);
  truncateSync(join(folder, 'log'), 0);
  assert.deepEqual(textsIn(folder), []);
  assert.deepEqual(textsIn(folder, { lastLines: 3 }), []);
});

test('files that are no logs are left alone', (t) => {
  const folder = temporaryFolder(t);
  write(folder, [['one\n', 'out', 1, 10]]);
  for (const name of ['log.old', 'log.01', 'log.1.gz', 'logs']) writeFileSync(join(folder, name), 'not a log\n');
  mkdirSync(join(folder, 'crashes'));
  assert.deepEqual(textsIn(folder), ['one']);
});

test('a line of many megabytes is given in pieces that hold all of it', (t) => {
  const folder = temporaryFolder(t);
  const line = 'é0123456789'.repeat(400_000);
  write(folder, [[`${line}\nnext\n`, 'out', 1, 10]]);
  const texts = textsIn(folder);
  assert.ok(texts.length > 2);
  assert.equal(texts.slice(0, -1).join(''), line);
  assert.equal(texts.at(-1), 'next');
});

test('a log of a hundred megabytes is read without keeping it', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, { ...POLICY, maxSizeBytes: 2 ** 40 }, mustNotDrop);
  const chunk = Buffer.alloc(65_536, `${'x'.repeat(1_023)}\n`);
  for (let n = 0; n < 1_600; n++) writer.append(chunk, 'out', 1, n);
  writer.close();
  let lines = 0;
  let peak = 0;
  for (const _ of readLogs(new Map([['web', folder]]), EVERYTHING)) {
    if (lines++ % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  }
  assert.equal(lines, 1_600 * 64);
  assert.ok(peak < 20_000_000, String(peak));
});
