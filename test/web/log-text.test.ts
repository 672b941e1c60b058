import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, property, string } from 'fast-check';
import { markMatches, parseFilter } from '../../src/web/log-filter.ts';
import { safeText, splitColors, withoutColors } from '../../src/web/log-text.ts';

const plainOf = (text: string): string =>
  splitColors(safeText(text))
    .map((piece) => piece.text)
    .join('');

test('colours are pieces with a class, exact colours with a value, and no markup is made', () => {
  assert.deepEqual(splitColors(safeText('a \u001B[1;31m<b>&amp;"\u001B[0m \u001B[38;5;208mc\u001B[48;2;1;2;3md')), [
    { text: 'a ', className: '', color: null, background: null },
    { text: '<b>&amp;"', className: 'ansi-bold ansi-red-fg', color: null, background: null },
    { text: ' ', className: '', color: null, background: null },
    { text: 'c', className: '', color: 'rgb(255,135,0)', background: null },
    { text: 'd', className: '', color: 'rgb(255,135,0)', background: 'rgb(1,2,3)' },
  ]);
});

const SEQUENCES: Readonly<Record<string, string>> = {
  'a title': '\u001B]0;pwned\u0007',
  'a title that ends otherwise': '\u001B]2;pwned\u001B\\',
  'a link': '\u001B]8;;javascript:alert(1)\u0007',
  'clear the screen': '\u001B[2J\u001B[H',
  'a mode': '\u001B[?1049h',
  'a device string': '\u001BPq#0\u001B\\',
  'a reset': '\u001Bc',
  'a character set': '\u001B(0',
};

for (const [what, sequence] of Object.entries(SEQUENCES))
  test(`${what} is taken out of the text`, () => assert.equal(plainOf(`before${sequence}after`), 'beforeafter'));

test('colours that are written with colons are colours', () => {
  assert.deepEqual(
    splitColors(safeText('\u001B[38:5:208mx')).map(({ text, color }) => [text, color]),
    [['x', 'rgb(255,135,0)']],
  );
});

test('what is left of a line after carriage returns is shown, as a terminal does; other controls are made visible', () => {
  assert.equal(plainOf('10%\r50%\r100%'), '100%');
  assert.equal(plainOf('a\u0000b\u0007c\td'), 'a␀b␇c\td');
});

test('whatever is printed, no control character but the tab is in the text', () => {
  check(
    property(string({ unit: 'binary' }), string({ unit: 'binary' }), (one, other) => {
      const text = plainOf(`${one}\u001B[${other}`);
      assert.doesNotMatch(text, /[^\P{Cc}\t]/u);
      assert.equal(withoutColors(safeText(`${one}\u001B[${other}`)), text);
    }),
  );
});

test('words are looked for as they are, in whatever case; an expression stands between slashes', () => {
  const find = (typed: string, text: string): string[] => {
    const filter = parseFilter(typed);
    assert.ok(filter.ok);
    return markMatches(text, filter.pattern)
      .filter(({ isMatch }) => isMatch)
      .map((piece) => piece.text);
  };
  assert.deepEqual(find('a.b', 'A.B axb a.b'), ['A.B', 'a.b']);
  assert.deepEqual(find('/a.b/', 'A.B axb a.b'), ['axb', 'a.b']);
  assert.deepEqual(find('/a.b/i', 'A.B axb'), ['A.B', 'axb']);
  assert.deepEqual(find('/x*/', 'axb'), ['x']);
  assert.deepEqual(find('/', 'a/b'), ['/']);
  assert.deepEqual(parseFilter('/(/').ok, false);
});
