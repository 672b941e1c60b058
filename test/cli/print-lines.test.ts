import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openLinePrinter, printLines } from '../../src/cli/print-lines.ts';

/** A reader that takes what is written only when told to. */
function heldReader() {
  const written: string[] = [];
  const takes: (() => void)[] = [];
  return {
    written,
    out: {
      deliver: (text: string) => {
        written.push(text);
        return new Promise<void>((resolve) => takes.push(resolve));
      },
    },
    take: () => takes.shift()?.(),
  };
}

/** Lines of 1000 characters with their newline, and how many of them were asked for. */
function countedLines(total: number) {
  const asked = { count: 0 };
  function* lines(): Generator<number> {
    while (asked.count < total) yield ++asked.count;
  }
  return { asked, lines: lines(), render: (line: number) => `${String(line).padStart(999, '.')}\n` };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}

test('a reader that takes nothing stops the reading of what it would be given next', async () => {
  const { out, written, take } = heldReader();
  const { asked, lines, render } = countedLines(1000);
  void printLines(out, lines, render);
  await settle();
  assert.deepEqual([asked.count, written.length], [66, 1]);
  take();
  await settle();
  assert.deepEqual([asked.count, written.length], [132, 2]);
});

test('a reader that takes its time gets every line, once and in order', async () => {
  const { out, written, take } = heldReader();
  const { lines, render } = countedLines(1000);
  const expected = Array.from({ length: 1000 }, (_, n) => render(n + 1)).join('');
  let printed = false;
  const done = printLines(out, lines, render).then(() => {
    printed = true;
  });
  while (written.join('').length < expected.length) {
    take();
    await nextTurn();
  }
  await settle();
  assert.equal(printed, false, 'the last batch was not taken yet');
  take();
  await done;
  assert.equal(written.join(''), expected);
});

test('of nothing, nothing is written', async () => {
  const { out, written } = heldReader();
  await printLines(out, [], String);
  assert.deepEqual(written, []);
});

test('a line that comes alone is written in its turn of the event loop, those that come together at once', async () => {
  const { out, written, take } = heldReader();
  const printer = openLinePrinter(out);
  assert.equal(printer.print('one\n'), undefined);
  assert.equal(printer.print('two\n'), undefined);
  await nextTurn();
  assert.deepEqual(written, ['one\ntwo\n']);
  take();
  await settle();
  assert.equal(printer.print('three\n'), undefined);
});

test('lines that come while the reader has not taken the ones before wait for it', async () => {
  const { out, take } = heldReader();
  const printer = openLinePrinter(out);
  printer.print('one\n');
  await nextTurn();
  const wait = printer.print('two\n');
  assert.ok(wait instanceof Promise, 'whoever has more lines waits');
  take();
  await wait;
});
