import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { followLogs } from '../../src/logs/follow.ts';
import type { LogLine, LogQuery } from '../../src/logs/log-reader.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { EVERYTHING, mustNotDrop, POLICY } from './log-rig.ts';

/** Follows until the test ends; `until` resolves with all texts once there are so many. */
function follow(t: TestContext, folders: Readonly<Record<string, string>>, query: Partial<LogQuery> = {}) {
  const texts: string[] = [];
  const controller = new AbortController();
  let wake = (): void => {};
  const take = (line: LogLine): void => {
    texts.push(line.text);
    wake();
  };
  const ended = followLogs(new Map(Object.entries(folders)), { ...EVERYTHING, ...query }, take, controller.signal);
  t.after(async () => {
    controller.abort();
    await ended;
  });
  const until = async (count: number): Promise<string[]> => {
    while (texts.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return texts;
  };
  return { until, texts, stop: () => controller.abort(), ended };
}

function writerFor(t: TestContext, folder: string, policy = POLICY) {
  const writer = new LogWriter(folder, policy, mustNotDrop);
  t.after(() => writer.close());
  return { writer, print: (text: string, run = 1) => writer.append(Buffer.from(text), 'out', run, Date.now()) };
}

test('history comes first and what is printed after it follows, each line once', async (t) => {
  const folder = temporaryFolder(t);
  const { print } = writerFor(t, folder);
  print('one\ntwo\n');
  const { until } = follow(t, { web: folder });
  print('three\n');
  assert.deepEqual(await until(3), ['one', 'two', 'three']);
  print('four\n');
  assert.deepEqual(await until(4), ['one', 'two', 'three', 'four']);
});

test('where the last lines are asked for and there are none yet, what is printed next follows', async (t) => {
  const empty = temporaryFolder(t);
  const first = writerFor(t, empty);
  const other = temporaryFolder(t);
  const second = writerFor(t, other);
  second.print('not asked for\n');
  const last = follow(t, { web: empty }, { lastLines: 5 });
  const errors = follow(t, { web: other }, { lastLines: 5, stream: 'err' });
  first.print('one\n');
  second.writer.append(Buffer.from('oops\n'), 'err', 1, Date.now());
  assert.deepEqual(await last.until(1), ['one']);
  assert.deepEqual(await errors.until(1), ['oops']);
});

test('no line is lost or shown twice while the files are rotated', async (t) => {
  const folder = temporaryFolder(t);
  const { print } = writerFor(t, folder, { ...POLICY, maxSizeBytes: 500, keep: 10_000 });
  const { until } = follow(t, { web: folder });
  const expected: string[] = [];
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 50; n++) {
      expected.push(`line ${round}.${n} ${'x'.repeat(n)}`);
      print(`${expected.at(-1)}\n`);
    }
    await until(expected.length - 30);
  }
  assert.deepEqual(await until(expected.length), expected);
});

test('a line without newline waits for its end', async (t) => {
  const folder = temporaryFolder(t);
  const { print } = writerFor(t, folder);
  print('one\nbegun');
  const { until } = follow(t, { web: folder });
  await until(1);
  print(' and ended\n');
  assert.deepEqual(await until(2), ['one', 'begun and ended']);
});

test('last words without newline are shown when their run has ended, and when another begins', async (t) => {
  const folder = temporaryFolder(t);
  const { writer, print } = writerFor(t, folder);
  const { until } = follow(t, { web: folder });
  print('last words');
  writer.endRun(1, Date.now());
  assert.deepEqual(await until(1), ['last words']);
  print('not told', 2);
  print('next\n', 3);
  assert.deepEqual(await until(3), ['last words', 'not told', 'next']);
});

test('the last lines of history are counted without the line that has no end yet', async (t) => {
  const folder = temporaryFolder(t);
  const { print } = writerFor(t, folder);
  print('one\ntwo\nthree\nfour');
  const { until } = follow(t, { web: folder }, { lastLines: 2 });
  await until(2);
  print('\n');
  assert.deepEqual(await until(3), ['two', 'three', 'four']);
});

test('a service that has not printed yet is followed from its first line', async (t) => {
  const folder = temporaryFolder(t);
  const { until } = follow(t, { web: join(folder, 'tunnel', 'web') });
  const { print } = writerFor(t, join(folder, 'tunnel', 'web'));
  print('first\n');
  assert.deepEqual(await until(1), ['first']);
});

test('a log that is there and still empty is followed from its first line, also when the last lines are asked for', async (t) => {
  const folder = temporaryFolder(t);
  const { print } = writerFor(t, folder);
  const { until } = follow(t, { web: folder }, { lastLines: 100 });
  print('one\n');
  assert.deepEqual(await until(1), ['one']);
});

test('history of several services is merged by time, live lines come as they arrive', async (t) => {
  const folder = temporaryFolder(t);
  const a = writerFor(t, join(folder, 'a'));
  const b = writerFor(t, join(folder, 'b'));
  a.writer.append(Buffer.from('a2\n'), 'out', 1, 20);
  b.writer.append(Buffer.from('b1\n'), 'out', 1, 10);
  b.writer.append(Buffer.from('b3\n'), 'out', 1, 30);
  const { until } = follow(t, { a: join(folder, 'a'), b: join(folder, 'b') });
  assert.deepEqual(await until(3), ['b1', 'a2', 'b3']);
  a.print('a4\n');
  await until(4);
  b.print('b5\n');
  assert.deepEqual(await until(5), ['b1', 'a2', 'b3', 'a4', 'b5']);
});

test('following goes on after the log was removed', async (t) => {
  const folder = temporaryFolder(t);
  const { writer, print } = writerFor(t, folder);
  print('before\n');
  const { until } = follow(t, { web: folder });
  await until(1);
  rmSync(join(folder, 'log'));
  rmSync(join(folder, 'log.idx'));
  writer.append(Buffer.from('after\n'), 'out', 1, Date.now() + 5_000);
  assert.deepEqual(await until(2), ['before', 'after']);
});

test('nothing is shown once following was ended', async (t) => {
  const folder = temporaryFolder(t);
  const { print } = writerFor(t, folder);
  print('one\n');
  const { until, texts, stop, ended } = follow(t, { web: folder });
  await until(1);
  stop();
  await ended;
  print('two\n');
  assert.deepEqual(texts, ['one']);
});

test('a reader that is slow is waited for', async (t) => {
  const folder = temporaryFolder(t);
  const { print } = writerFor(t, folder);
  print('one\ntwo\nthree\n');
  const controller = new AbortController();
  let busy = 0;
  let seen = 0;
  const ended = followLogs(
    new Map([['web', folder]]),
    EVERYTHING,
    async () => {
      busy += 1;
      assert.equal(busy, 1);
      await new Promise(setImmediate);
      busy -= 1;
      if (++seen === 3) controller.abort();
    },
    controller.signal,
  );
  await ended;
  assert.equal(seen, 3);
});
