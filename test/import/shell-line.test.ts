import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { splitPlainLine, writeCommand } from '../../src/import/shell-line.ts';

const PLAIN: Readonly<Record<string, readonly string[]>> = {
  'node server.js': ['node', 'server.js'],
  '  bin/rails   server -p 3000 ': ['bin/rails', 'server', '-p', '3000'],
  'node dist/worker.js --concurrency "4"': ['node', 'dist/worker.js', '--concurrency', '4'],
  "python3 -c 'print(1); print(2)'": ['python3', '-c', 'print(1); print(2)'],
  'printf "a \\" b" --level=debug c#d': ['printf', 'a " b', '--level=debug', 'c#d'],
  'say one\\ word "" end': ['say', 'one word', '', 'end'],
};

test('a plain line becomes the words that a shell would make of it', () => {
  for (const [line, words] of Object.entries(PLAIN)) {
    assert.deepEqual(splitPlainLine(line), words, line);
    const given = execFileSync('/bin/sh', ['-c', `set -- ${line}\nprintf '%s\\0' "$@"`], { encoding: 'utf8' });
    assert.deepEqual(given.split('\0').slice(0, -1), words, line);
  }
});

test('whatever only a shell understands stays with a shell', () => {
  const lines = [
    'node a.js | tee log',
    'node a.js && node b.js',
    'node a.js; node b.js',
    'node a.js &',
    'node a.js > log',
    'node < in',
    '(node a.js)',
    'node $FILE',
    'node "${FILE:-a.js}"',
    'echo "`date`"',
    'rm *.lock',
    'ls a?',
    'ls [ab]',
    'ls ~/a',
    'echo {a,b}',
    'PORT=80 node a.js',
    '! grep a b',
    'cd app',
    'exec node a.js',
    'while',
    'node a.js # the main one',
    '# nothing',
    'node "never closed',
    'node \\',
    'node a.js\nnode b.js',
    '"" a',
    ' ',
  ];
  for (const line of lines) assert.equal(splitPlainLine(line), null, line);
});

test('what stays with a shell keeps its own `${…}`', () => {
  assert.deepEqual(writeCommand('serve ${PORT:-80}'), { shell: 'serve $${PORT:-80}' });
  assert.deepEqual(writeCommand('serve 80'), { command: ['serve', '80'] });
});
