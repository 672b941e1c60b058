import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { linesIn, mustNotDrop, POLICY, textsIn } from './log-rig.ts';

test('the log holds the bytes of both streams as they came', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  const chunks = [Buffer.from([0xff, 0x00, 0xc3]), Buffer.from('é\r\n'), Buffer.from('\u001B[31mred')];
  chunks.forEach((chunk, n) => writer.append(chunk, n === 1 ? 'err' : 'out', 1, n));
  writer.close();
  assert.deepEqual(readFileSync(join(folder, 'log')), Buffer.concat(chunks));
});

test('logs are for their owner alone', (t) => {
  const folder = join(temporaryFolder(t), 'tunnel', 'cloudflared');
  new LogWriter(folder, POLICY, mustNotDrop).close();
  assert.deepEqual(
    [statSync(folder).mode & 0o777, statSync(join(folder, 'log')).mode & 0o777, statSync(join(folder, 'log.idx')).mode & 0o777],
    [0o700, 0o600, 0o600],
  );
});

test('each chunk costs sixteen bytes of index', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  for (let n = 0; n < 7; n++) writer.append(Buffer.from('x\n'), 'out', 1, n);
  writer.close();
  assert.equal(statSync(join(folder, 'log.idx')).size, 7 * 16);
});

test('a rotated log ends with a whole line and no file outgrows the limit', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, { ...POLICY, maxSizeBytes: 100, keep: 100 }, mustNotDrop);
  const text = Array.from({ length: 60 }, (_, n) => `line number ${n}\n`).join('');
  for (let at = 0; at < text.length; at += 37) writer.append(Buffer.from(text.slice(at, at + 37)), 'out', 1, at);
  writer.close();
  const rotated = readdirSync(folder).filter((name) => /^log\.\d+$/.test(name));
  assert.ok(rotated.length > 5);
  for (const name of rotated) {
    const content = readFileSync(join(folder, name), 'utf8');
    assert.ok(content.endsWith('\n'), name);
    assert.ok(content.length <= 100 + 16, `${name}: ${content.length}`);
  }
  const ordered = [
    ...rotated
      .map((name) => Number(name.slice(4)))
      .sort((a, b) => b - a)
      .map((n) => `log.${n}`),
    'log',
  ];
  assert.equal(ordered.map((name) => readFileSync(join(folder, name), 'utf8')).join(''), text);
});

test('one large chunk fills each file with as many whole lines as it holds', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, { ...POLICY, maxSizeBytes: 100, keep: 100 }, mustNotDrop);
  writer.append(Buffer.from('nine byte\n'.repeat(35)), 'out', 1, 1);
  writer.close();
  const sizes = ['log.3', 'log.2', 'log.1', 'log'].map((name) => statSync(join(folder, name)).size);
  assert.deepEqual(sizes, [100, 100, 100, 50]);
});

test('a line longer than file and max_line together is kept whole across files', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, { maxSizeBytes: 50, keep: 1000, maxLineBytes: 20 }, mustNotDrop);
  const line = 'abcdefghij'.repeat(100);
  for (let at = 0; at < line.length; at += 10) writer.append(Buffer.from(line.slice(at, at + 10)), 'out', 1, 1);
  writer.append(Buffer.from('\n'), 'out', 1, 1);
  writer.close();
  assert.ok(existsSync(join(folder, 'log.5')));
  assert.deepEqual(textsIn(folder), [line]);
});

test('only so many rotated files stay, at once when the policy is lowered', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, { ...POLICY, maxSizeBytes: 10, keep: 3 }, mustNotDrop);
  for (let n = 0; n < 9; n++) writer.append(Buffer.from(`line ${n}..\n`), 'out', 1, n);
  assert.deepEqual(readdirSync(folder).sort(), ['log', 'log.1', 'log.2', 'log.3', 'log.idx', 'log.idx.1', 'log.idx.2', 'log.idx.3']);
  writer.setPolicy({ ...POLICY, maxSizeBytes: 10, keep: 1 });
  assert.deepEqual(readdirSync(folder).sort(), ['log', 'log.1', 'log.idx', 'log.idx.1']);
  writer.setPolicy({ ...POLICY, maxSizeBytes: 10, keep: 0 });
  writer.append(Buffer.from('the only line\n'), 'out', 1, 9);
  writer.close();
  assert.deepEqual(readdirSync(folder).sort(), ['log', 'log.idx']);
  assert.deepEqual(textsIn(folder), ['the only line']);
});

test('a new writer continues the log', (t) => {
  const folder = temporaryFolder(t);
  const first = new LogWriter(folder, POLICY, mustNotDrop);
  first.append(Buffer.from('begun '), 'out', 7, 100);
  first.close();
  const second = new LogWriter(folder, POLICY, mustNotDrop);
  second.append(Buffer.from('and ended\n'), 'out', 7, 200);
  second.close();
  assert.deepEqual(linesIn(folder), [{ service: 'web', time: 200, stream: 'out', run: 7, text: 'begun and ended' }]);
});

for (const cutIndexBytes of [1, 15, 16, 17, 31, 32]) {
  test(`bytes whose record was cut off by ${cutIndexBytes} bytes keep the last known run`, (t) => {
    const folder = temporaryFolder(t);
    const first = new LogWriter(folder, POLICY, mustNotDrop);
    for (let n = 0; n < 3; n++) first.append(Buffer.from(`line ${n}\n`), 'out', 5, 1000 + n);
    first.close();
    truncateSync(join(folder, 'log.idx'), 48 - cutIndexBytes);
    const second = new LogWriter(folder, POLICY, mustNotDrop);
    second.append(Buffer.from('line 3\n'), 'out', 6, 2000);
    second.close();
    assert.deepEqual(
      linesIn(folder).map(({ text, run }) => [text, run]),
      [
        ['line 0', 5],
        ['line 1', 5],
        ['line 2', 5],
        ['line 3', 6],
      ],
    );
  });
}

for (const removed of ['log', 'log.idx', 'both']) {
  test(`logging goes on after somebody removed ${removed}`, (t) => {
    const folder = temporaryFolder(t);
    const writer = new LogWriter(folder, POLICY, mustNotDrop);
    writer.append(Buffer.from('before\n'), 'out', 1, 1000);
    for (const name of removed === 'both' ? ['log', 'log.idx'] : [removed]) rmSync(join(folder, name));
    writer.append(Buffer.from('after\n'), 'err', 1, 5000);
    writer.append(Buffer.from('later\n'), 'out', 1, 5001);
    writer.close();
    assert.deepEqual(textsIn(folder).slice(-2), ['after', 'later']);
    assert.equal(linesIn(folder).at(-1)?.time, 5001);
  });
}

test('after somebody emptied the log, lines carry their own time and stream again', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  for (let n = 0; n < 9; n++) writer.append(Buffer.from('a long line before\n'), 'out', 1, 1000 + n);
  truncateSync(join(folder, 'log'), 0);
  writer.append(Buffer.from('after\n'), 'err', 2, 5000);
  writer.close();
  assert.deepEqual(linesIn(folder), [{ service: 'web', time: 5000, stream: 'err', run: 2, text: 'after' }]);
});

test('a log that has grown again since somebody emptied it does not carry the old times', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  writer.append(Buffer.from('before\n'), 'out', 1, 1_000);
  writer.append(Buffer.from('a longer line before\n'), 'out', 1, 1_001);
  truncateSync(join(folder, 'log'), 0);
  writer.append(Buffer.from('in\nthe\nmeantime\n'), 'out', 1, 1_500);
  writer.append(Buffer.from('after\n'), 'out', 1, 5_000);
  writer.close();
  const found = linesIn(folder);
  assert.deepEqual(
    found.map(({ text }) => text),
    ['in', 'the', 'meantime', 'after'],
  );
  assert.ok(found.every(({ time }) => time !== 1_000));
});

test('lines that somebody else appends are not lost', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  writer.append(Buffer.from('before\n'), 'out', 1, 1000);
  appendFileSync(join(folder, 'log'), 'a note\n');
  writer.append(Buffer.from('after\n'), 'out', 1, 5000);
  writer.close();
  assert.deepEqual(textsIn(folder), ['before', 'a note', 'after']);
});

test('a log that cannot be opened is counted, told and tried again', (t) => {
  const folder = join(temporaryFolder(t), 'web');
  writeFileSync(folder, 'a file where the folder belongs');
  const told: [number, string][] = [];
  const writer = new LogWriter(folder, POLICY, (bytes, error) => told.push([bytes, error]));
  writer.append(Buffer.from('12345\n'), 'out', 1, 1000);
  writer.append(Buffer.from('67890\n'), 'out', 1, 1001);
  rmSync(folder);
  writer.append(Buffer.from('kept\n'), 'out', 1, 2000);
  writer.append(Buffer.from('more\n'), 'out', 1, 12_000);
  writer.close();
  assert.equal(writer.droppedBytes, 12);
  assert.deepEqual(told, [
    [6, 'ENOTDIR'],
    [6, 'ENOTDIR'],
  ]);
  assert.deepEqual(textsIn(folder), ['[omniroute: 12 bytes lost here: ENOTDIR]', 'kept', 'more']);
});

test('a log that cannot be rotated goes on growing', (t) => {
  if (process.getuid?.() === 0) return t.skip('root may rename in any folder');
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, { ...POLICY, maxSizeBytes: 10 }, mustNotDrop);
  chmodSync(folder, 0o500);
  t.after(() => chmodSync(folder, 0o700));
  for (let n = 0; n < 5; n++) writer.append(Buffer.from(`line ${n}..\n`), 'out', 1, n);
  writer.close();
  assert.equal(textsIn(folder).length, 5);
  return undefined;
});

test('a log stuck behind a folder named log.1 loses nothing', (t) => {
  const folder = temporaryFolder(t);
  const writer = new LogWriter(folder, { ...POLICY, maxSizeBytes: 10 }, mustNotDrop);
  mkdirSync(join(folder, 'log.5', 'x'), { recursive: true });
  mkdirSync(join(folder, 'log.1', 'x'), { recursive: true });
  for (let n = 0; n < 5; n++) writer.append(Buffer.from(`line ${n}..\n`), 'out', 1, n);
  writer.close();
  assert.ok(readFileSync(join(folder, 'log'), 'utf8').endsWith('line 4..\n'));
  assert.equal(writer.droppedBytes, 0);
});

test('a rotation cut off between log and index is finished by the next writer', (t) => {
  const folder = temporaryFolder(t);
  const first = new LogWriter(folder, POLICY, mustNotDrop);
  first.append(Buffer.from('one\n'), 'err', 4, 1000);
  first.close();
  renameSync(join(folder, 'log'), join(folder, 'log.1'));
  const second = new LogWriter(folder, POLICY, mustNotDrop);
  second.append(Buffer.from('two\n'), 'out', 5, 2000);
  second.close();
  assert.deepEqual(
    linesIn(folder).map(({ text, stream, run, time }) => [text, stream, run, time]),
    [
      ['one', 'err', 4, 1000],
      ['two', 'out', 5, 2000],
    ],
  );
});

test('what an outage has cost is told at once and then seldom, all of it in the end', (t) => {
  const folder = join(temporaryFolder(t), 'web');
  writeFileSync(folder, '');
  const told: number[] = [];
  const writer = new LogWriter(folder, POLICY, (bytes) => told.push(bytes));
  for (let n = 0; n < 100; n++) writer.append(Buffer.from('1234'), 'out', 1, 1_000 + n * 200);
  writer.close();
  assert.deepEqual(told, [4, 200, 196]);
  assert.equal(writer.droppedBytes, 400);
});
