import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderLogLine } from '../../../src/cli/render/log-line.ts';
import { COLORED, PLAIN } from '../sample.ts';

const plain = { screen: { paint: PLAIN, color: false }, nameWidth: 8, atMs: null };
const colored = { ...plain, screen: { paint: COLORED, color: true } };

test('a line stands behind the name of its service', () => {
  assert.equal(renderLogLine({ service: 'server', stream: 'out', text: 'hello' }, plain), 'server   | hello\n');
});

test('a single service needs no name', () => {
  assert.equal(renderLogLine({ service: 'server', stream: 'out', text: 'hello' }, { ...plain, nameWidth: null }), 'hello\n');
});

test('the time stands before the text, to the millisecond', () => {
  const atMs = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();
  assert.equal(renderLogLine({ service: 'a', stream: 'out', text: 'x' }, { ...plain, nameWidth: null, atMs }), '2026-01-02 03:04:05.006 x\n');
});

test('without colours the colours of the service go as well', () => {
  assert.equal(renderLogLine({ service: 'a', stream: 'out', text: '\u001b[31mred\u001b[0m' }, { ...plain, nameWidth: null }), 'red\n');
});

test('with colours the colours of the service stay and end with the line, but nothing moves the cursor', () => {
  const text = renderLogLine({ service: 'a', stream: 'out', text: '\u001b[31mred\u001b[2J\u001b[1A\u001b]0;title\u0007' }, { ...colored, nameWidth: null });
  assert.equal(text, '\u001b[31mred\u001b[0m\n');
});

test('a progress bar drawn with carriage returns does not overwrite the name, and none of its states is lost', () => {
  assert.equal(renderLogLine({ service: 'server', stream: 'out', text: '10%\r20%\r' }, plain), 'server   | 10% 20%\n');
});

test('a tab stays, a bell and a backspace go', () => {
  assert.equal(renderLogLine({ service: 'a', stream: 'out', text: 'a\tb\u0007\u0008' }, { ...plain, nameWidth: null }), 'a\tb\n');
});

test('a name has the same colour in every line, and the two streams are told apart', () => {
  const out = renderLogLine({ service: 'server', stream: 'out', text: 'x' }, colored);
  const err = renderLogLine({ service: 'server', stream: 'err', text: 'x' }, colored);
  const nameOf = (line: string) => line.slice(0, line.indexOf('server') + 'server'.length);
  assert.equal(nameOf(out), nameOf(err));
  assert.ok(err.includes(COLORED.red('|')));
  assert.ok(!out.includes(COLORED.red('|')));
});
