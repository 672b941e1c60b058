import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openScreen } from '../../src/cli/screen.ts';

test('a pipe, a file and the log of a CI get neither colours nor redrawn lines', () => {
  // Of such a stream, Node does not say that it is no terminal: `isTTY` is not there.
  const screen = openScreen({} as NodeJS.WriteStream, 'auto', { CI: 'true', TERM: 'xterm' });
  assert.deepEqual([screen.color, screen.redraws, screen.columns(), screen.rows()], [false, false, null, null]);
  assert.equal(screen.paint.isColorSupported, false);
  assert.equal(screen.paint.green('valid'), 'valid');
});

test('a terminal gets both, and its size as it is when asked', () => {
  const stream = { isTTY: true, columns: 100, rows: 30 };
  const screen = openScreen(stream as NodeJS.WriteStream, 'auto', { TERM: 'xterm' });
  assert.deepEqual([screen.color, screen.redraws, screen.columns(), screen.rows()], [true, true, 100, 30]);
  stream.columns = 60;
  assert.equal(screen.columns(), 60);
  assert.equal(screen.paint.green('valid'), '\u001b[32mvalid\u001b[39m');
});

test('what is delivered counts as taken when the stream says so, and never where the stream fails', async () => {
  const calls: ((error?: Error) => void)[] = [];
  const stream = { write: (_: string, done: (error?: Error) => void) => void calls.push(done) };
  const screen = openScreen(stream as unknown as NodeJS.WriteStream, 'auto', {});
  const taken: string[] = [];
  void screen.deliver('one').then(() => taken.push('one'));
  void screen.deliver('two').then(() => taken.push('two'));
  await nextTurn();
  assert.deepEqual(taken, []);
  calls[0]?.();
  calls[1]?.(new Error('EPIPE'));
  await nextTurn();
  assert.deepEqual(taken, ['one']);
});
