import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findText } from '../../../src/cli/top/find-text.ts';
import { cutStyled, spread, wrapStyled } from '../../../src/cli/top/styled-text.ts';

const RED = '\u001b[31m';
const OFF = '\u001b[0m';
const cut = (text: string, columns: number, from = 0) => cutStyled(text, { from, columns, marks: [] });

test('text that fits is left as it is, longer text ends in …', () => {
  assert.equal(cut('hello', 5), 'hello');
  assert.equal(cut('hello!', 5), 'hell…');
  assert.equal(cut('hello', 0), '');
});

test('colours take no column, and end with the text', () => {
  assert.equal(cut(`${RED}hello`, 5), `${RED}hello${OFF}`);
  assert.equal(cut(`he${RED}llo${OFF} there`, 4), `he${RED}l…${OFF}`);
});

test('a colour that began before the part that is shown counts in it', () => {
  assert.equal(cut(`${RED}hello`, 3, 2), `${RED}llo${OFF}`);
});

test('characters of two columns, joined ones and accents are never cut in two', () => {
  assert.equal(cut('日本語', 6), '日本語');
  assert.equal(cut('日本語', 5), '日本…');
  assert.equal(cut('日本語', 4), '日…');
  assert.equal(cut('👨‍👩‍👧x', 2), '…');
  assert.equal(cut('e\u0301e\u0301', 2), 'e\u0301e\u0301');
  assert.equal(cut('日本語', 5, 1), ' 本語', 'half of the first is left out');
});

test('a tab goes to the next stop, wherever the part begins', () => {
  assert.equal(cut('a\tb', 20), 'a       b');
  assert.equal(cut('a\tb', 20, 4), '    b');
});

test('marks are inverse, also where the colour ends within them', () => {
  const marks = findText('one two', 'e t');
  assert.equal(cutStyled('one two', { from: 0, columns: 10, marks }), 'on\u001b[7me t\u001b[27mwo');
  assert.equal(
    cutStyled(`${RED}one${OFF} two`, { from: 0, columns: 10, marks }),
    `${RED}on\u001b[7me\u001b[27m${OFF}\u001b[7m t\u001b[27mwo${OFF}`,
  );
});

test('upper and lower case are the same as long as only lower case is sought', () => {
  assert.deepEqual(findText('Error error', 'error'), [
    { from: 0, to: 5 },
    { from: 6, to: 11 },
  ]);
  assert.deepEqual(findText('Error error', 'Error'), [{ from: 0, to: 5 }]);
  assert.deepEqual(findText('aaaa', 'aa'), [
    { from: 0, to: 2 },
    { from: 2, to: 4 },
  ]);
  assert.deepEqual(findText('anything', ''), []);
});

test('wrapped text loses nothing', () => {
  assert.deepEqual(wrapStyled('hello there', 5), ['hello', 'there']);
  assert.deepEqual(wrapStyled('  ← one two three', 10), ['  ← one', 'two three']);
  assert.deepEqual(wrapStyled('  unbroken', 6), ['  unbr', 'oken']);
  assert.deepEqual(wrapStyled(`${RED}one two${OFF} three`, 7), [`${RED}one two`, `${OFF}three`]);
  assert.deepEqual(wrapStyled('日本語', 5), ['日本', '語']);
  assert.deepEqual(wrapStyled('', 5), ['']);
});

test('what stands to the right gives way where there is no room', () => {
  assert.equal(spread('left', 'right', 12), 'left   right');
  assert.equal(spread('left', 'right', 10), 'left');
});
