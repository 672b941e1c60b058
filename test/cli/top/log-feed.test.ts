import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLogFeed } from '../../../src/cli/top/log-feed.ts';
import type { TopEvent } from '../../../src/cli/top/model.ts';
import { LogWriter } from '../../../src/logs/log-writer.ts';
import { mustNotDrop, POLICY } from '../../logs/log-rig.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { sampleService } from '../sample.ts';

/** A feed whose events `until` waits for. */
function opened(t: TestContext) {
  const events: TopEvent[] = [];
  let wake = (): void => {};
  const ended = new AbortController();
  t.after(() => ended.abort());
  const feed = openLogFeed((event) => {
    events.push(event);
    wake();
  }, ended.signal);
  const texts = () => events.flatMap((event) => (event.type === 'lines-read' ? event.lines.map(({ text }) => text) : []));
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { feed, events, texts, until };
}

function serviceIn(folder: string, name = 'server') {
  return sampleService({ name, logFile: join(folder, 'log') });
}

function printer(t: TestContext, folder: string) {
  const writer = new LogWriter(folder, POLICY, mustNotDrop);
  t.after(() => writer.close());
  return (text: string) => writer.append(Buffer.from(text), 'out', 1, Date.now());
}

test('the last lines come first, then those that are printed, however often the service is asked for', async (t) => {
  const folder = temporaryFolder(t);
  const print = printer(t, folder);
  print('before\n');
  const { feed, texts, until } = opened(t);
  feed.follow([serviceIn(folder)]);
  await until(() => texts().length === 1);
  feed.follow([serviceIn(folder)]);
  print('after\n');
  await until(() => texts().length === 2);
  assert.deepEqual(texts(), ['before', 'after']);
});

test('of a long line only what is kept is handed on', async (t) => {
  const folder = temporaryFolder(t);
  printer(t, folder)(`${'x'.repeat(1_000_000)}\n`);
  const { feed, texts, until } = opened(t);
  feed.follow([serviceIn(folder)]);
  await until(() => texts().length > 0);
  assert.ok((texts()[0] as string).length < 5000);
});

test('a log that cannot be read is told, and followed when it can', async (t) => {
  const folder = join(temporaryFolder(t), 'server');
  writeFileSync(folder, 'a file where a folder should be');
  const { feed, events, texts, until } = opened(t);
  feed.follow([serviceIn(folder)]);
  await until(() => events.length > 0);
  const [told] = events;
  assert.ok(told?.type === 'told' && /the log of server cannot be read: ENOTDIR/.test(told.text), JSON.stringify(told));
  rmSync(folder);
  mkdirSync(folder);
  printer(t, folder)('hello\n');
  feed.follow([serviceIn(folder)]);
  await until(() => texts().length === 1);
});
