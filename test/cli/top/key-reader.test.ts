import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyReader } from '../../../src/cli/top/key-reader.ts';

const read = (...texts: readonly string[]) => {
  const reader = new KeyReader();
  return texts.flatMap((text) => reader.push(text));
};
const names = (...texts: readonly string[]) => read(...texts).map(({ name }) => name);

test('letters, digits and signs are what they type, in upper and lower case', () => {
  assert.deepEqual(
    read('nN/5 é🎉'),
    [...'nN/5 é🎉'].map((text) => ({ name: text, text })),
  );
});

test('keys that type nothing have names, whichever sequence the terminal sends for them', () => {
  assert.deepEqual(
    names('\u001b[A\u001bOA\u001b[B', '\u001b[5~\u001b[6~', '\u001b[H\u001b[1~\u001b[F', '\u001b[1;2A', '\r\u007f\u0003\u001a'),
    [...['up', 'up', 'down', 'pageup', 'pagedown', 'home', 'home', 'end', 'shift-up', 'return', 'backspace', 'ctrl-c', 'ctrl-z']],
  );
});

test('a sequence may come in pieces', () => {
  assert.deepEqual(names('\u001b', '[', '5', '~', 'q'), ['pageup', 'q']);
});

test('an Esc is a key once nothing has followed it', () => {
  const reader = new KeyReader();
  assert.deepEqual(reader.push('\u001b'), []);
  assert.ok(reader.isWaiting);
  assert.deepEqual(reader.settle(), [{ name: 'escape', text: '' }]);
  assert.ok(!reader.isWaiting);
  assert.deepEqual(reader.settle(), []);
  assert.deepEqual(names('\u001b\u001b[A'), ['escape', 'up']);
});

test('a sequence that never ends is given up, and the keys after it are heard', () => {
  const reader = new KeyReader();
  assert.deepEqual(reader.push('\u001b[12;'), []);
  assert.deepEqual(reader.settle(), []);
  assert.deepEqual(reader.push('q'), [{ name: 'q', text: 'q' }]);
});

test('what is pasted is one text and no key, whatever it holds and however it is cut', () => {
  assert.deepEqual(read('\u001b[200~q\u001b[Ax\r\u0003', 'y\u001b[20', '1~q'), [
    { name: 'pasted', text: 'q [Ax y' },
    { name: 'q', text: 'q' },
  ]);
});

test('Ctrl-C is heard also where the end of a paste never came', () => {
  assert.deepEqual(names('\u001b[200~half', '\u0003').at(-1), 'ctrl-c');
});

test('sequences that nobody knows type nothing', () => {
  for (const text of ['\u001b[99;99x', '\u001b[?1;2c', '\u001b[27;5;9~', '\u001bx', '\u001bOx', '\u001b[I', '\u0001', '\u0000', '\u009b'])
    assert.deepEqual(read(text), [{ name: '', text: '' }], JSON.stringify(text));
});
