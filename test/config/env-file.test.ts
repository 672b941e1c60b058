import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnvFile } from '../../src/config/env-file.ts';
import { loadGood } from './load-text.ts';

const ROWS: readonly (readonly [name: string, text: string, env: Record<string, string>])[] = [
  ['a plain line', 'A=1', { A: '1' }],
  ['`export`, spaces around, and Windows line ends', 'export A = 1\r\n  B=2  \r\n', { A: '1', B: '2' }],
  ['empty lines and comments', '\n# A=1\n  # B=2\nC=3 # three\n', { C: '3' }],
  ['a # inside a value', 'A=#fff\nB=a#b\nC="a # b"', { A: '', B: 'a#b', C: 'a # b' }],
  ['values with =', 'A=a=b==', { A: 'a=b==' }],
  ['an empty value', 'A=\nB=""\nC=', { A: '', B: '', C: '' }],
  ['single quotes, taken literally', "A='a \\n $B #'", { A: 'a \\n $B #' }],
  ['double quotes with escapes', 'A="a\\nb\\t\\"c\\" \\\\ \\$ \\x"', { A: 'a\nb\t"c" \\ $ \\x' }],
  ['values over several lines', 'A="one\ntwo"\nB=\'three\nfour\'\nC=5', { A: 'one\ntwo', B: 'three\nfour', C: '5' }],
  ['a comment after quotes', 'A="1" # one\nB=2', { A: '1', B: '2' }],
  ['a name twice', 'A=1\nA=2', { A: '2' }],
  ['names with dots and dashes', 'a.b-c=1', { 'a.b-c': '1' }],
  ['JSON', 'A={"b": [1, 2]}', { A: '{"b": [1, 2]}' }],
];
for (const [name, text, env] of ROWS) {
  test(`${name} is read as dotenv does`, () => assert.deepEqual(parseEnvFile(text), { ok: true, env }));
}

test('a line that is none is refused at its place', () => {
  assert.deepEqual(parseEnvFile('A=1\nnonsense here\n'), { ok: false, offset: 4, length: 13, message: 'this is no NAME=value line' });
});

test('a quote that is never closed is refused', () => {
  const result = parseEnvFile('A=1\nB="x\n');
  assert.deepEqual(result, { ok: false, offset: 4, length: 4, message: 'the quote of `B` is never closed' });
});

test("explicit beats env file beats the project's variables, a later file an earlier one", (t) => {
  const { services } = loadGood(t, {
    'omniroute.yaml':
      'env: {A: project, B: project, C: project, D: project}\nenv_file: [.env]\nservices:\n  a: {command: node, env_file: [.a, .b], env: {D: own}}\n',
    '.env': 'B=.env\nC=.env\nD=.env\n',
    '.a': 'C=.a\nD=.a\n',
    '.b': 'D=.b\nE=.b\n',
  }).project;
  assert.deepEqual(services['a']?.env, { A: 'project', B: '.env', C: '.a', D: 'own', E: '.b' });
});
