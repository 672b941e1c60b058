import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutText, padText, printable, textWidth } from '../../../src/cli/render/text-width.ts';

test('a CJK character takes two columns, a combined emoji two, an escape none', () => {
  assert.equal(textWidth('日本'), 4);
  assert.equal(textWidth('👩‍👩‍👧'), 2);
  assert.equal(textWidth('\u001b[31mred\u001b[0m'), 3);
});

test('cut text is never wider than asked for and shows that something is missing', () => {
  assert.equal(cutText('abcdef', 4), 'abc…');
  assert.equal(cutText('abcd', 4), 'abcd');
  assert.equal(cutText('abcd', 0), '');
});

test('a wide character that would only half fit is left out whole', () => {
  assert.equal(cutText('日本語', 4), '日…');
  assert.equal(cutText('日本語', 5), '日本…');
});

test('a combined emoji is never cut apart', () => {
  assert.equal(cutText('👩‍👩‍👧 family', 3), '👩‍👩‍👧…');
});

test('padding counts columns, not characters, on either side', () => {
  assert.equal(padText('日', 4, 'right'), '日  ');
  assert.equal(padText('7', 3, 'left'), '  7');
  assert.equal(padText('longer', 3, 'right'), 'longer');
});

test('what a service wrote cannot move the cursor, break the line or set colours', () => {
  assert.equal(printable('a\nb\tc\r\nd'), 'a b c d');
  assert.equal(printable('\u001b[2J\u001b[31mred\u001b[0m'), 'red');
  assert.equal(printable('bell\u0007 csi\u009b'), 'bell� csi�');
});
