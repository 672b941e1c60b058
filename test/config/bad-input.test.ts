// Every kind of bad input, each with the first line of what is said about it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BAD_FILES, filesOf, service } from './bad-files.ts';
import { loadFiles } from './load-text.ts';

for (const [name, { text, says }] of Object.entries(BAD_FILES)) {
  test(`${name} is refused with its place`, (t) => {
    const { result, lines, diagnostics } = loadFiles(t, filesOf(text));
    assert.equal(result.ok, false);
    assert.equal(lines[0]?.slice(0, says.length), says);
    assert.equal(lines.length, 1, `one mistake, one message:\n${lines.join('\n')}`);
    assert.ok(diagnostics.every(({ place }) => place !== null));
  });
}

test('all mistakes are told at once, in the order of the file', (t) => {
  const { lines } = loadFiles(t, `logs: {keep: -1}\n${service('memmory: {}\nstop: {grace_period: 5, signal: SIGTREM}\ndepends_on: [b]')}`);
  const codes = lines.map((line) => line.replace(/^omniroute\.yaml:(\d+):\d+ error ([a-z-]+):.*$/, '$1 $2'));
  assert.deepEqual(codes, ['1 out-of-range', '5 unknown-key', '6 bad-duration', '6 bad-value']);
});

test('a key that nobody knows hides no other mistake', (t) => {
  const { lines } = loadFiles(t, service('memmory: {}\ndepends_on: [b]\nreadiness: {log: {match: "("}}'));
  assert.deepEqual(
    lines.map((line) => line.split(' ')[2]),
    ['unknown-key:', 'unknown-service:', 'bad-regex:'],
  );
});
