import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tellingLine } from '../../src/daemon/telling-line.ts';

const fixture = (name: string): string[] =>
  readFileSync(`test/fixtures/${name}`, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('exit '));

test('of an uncaught exception of Node the error is quoted, not the version that follows it', () => {
  const lines = [
    'node:fs:573',
    '  return binding.open(',
    '',
    "Error: ENOENT: no such file or directory, open 'x'",
    '    at Object.openSync (node:fs:573:18) {',
    "  code: 'ENOENT'",
    '}',
    '',
    'Node.js v20.20.2',
  ];
  assert.equal(tellingLine(lines), "Error: ENOENT: no such file or directory, open 'x'");
});

test('of a server whose port is taken the line with the address is quoted', () => {
  assert.equal(tellingLine(fixture('server-eaddrinuse.real.txt')), 'Error: listen EADDRINUSE: address already in use 127.0.0.1:21128');
});

test('of an exhausted heap the fatal error is quoted, not the native stack below it', () => {
  assert.match(tellingLine(fixture('server-oom.stderr.real.txt').slice(0, 12)) ?? '', /^FATAL ERROR: Reached heap limit/);
});

test('a word like error inside a sentence does not make it one', () => {
  assert.equal(tellingLine(['no error: all is well', 'bye']), 'bye');
});

test('without any error the last line that says something is quoted', () => {
  assert.equal(tellingLine(['up on 3000', '  draining  ', '', '']), 'draining');
});

test('a run that printed nothing has nothing to quote', () => {
  assert.equal(tellingLine(['', '  ']), null);
});

test('a line that never ends is cut', () => {
  assert.equal(tellingLine(['x'.repeat(100_000)])?.length, 200);
});
