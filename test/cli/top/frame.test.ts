import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderFrame } from '../../../src/cli/top/frame.ts';

const size = { columns: 10, rows: 3 };

test('the first frame clears the screen and writes every line', () => {
  assert.equal(
    renderFrame(null, ['a', 'b'], size),
    '\u001b[?2026h\u001b[2J\u001b[1;1H\u001b[2Ka\u001b[0m\u001b[2;1H\u001b[2Kb\u001b[0m\u001b[?2026l',
  );
});

test('later ones write only the lines that differ, and nothing where none does', () => {
  assert.equal(renderFrame(['a', 'b', 'c'], ['a', 'B', 'c'], size), '\u001b[?2026h\u001b[2;1H\u001b[2KB\u001b[0m\u001b[?2026l');
  assert.equal(renderFrame(['a', 'b'], ['a', 'b'], size), '');
});

test('no line is written below the last row, where it would scroll', () => {
  assert.doesNotMatch(renderFrame(null, ['a', 'b', 'c', 'd'], size), /d/);
});
