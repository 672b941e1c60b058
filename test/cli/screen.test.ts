import assert from 'node:assert/strict';
import { test } from 'node:test';
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
