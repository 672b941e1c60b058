import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const WRONG: Readonly<Record<string, RegExp>> = {
  '--nosuch': /Unknown option '--nosuch'; options are --runs, --only/,
  stray: /Unexpected argument 'stray'/,
  '--runs': /argument missing/,
  '--runs=x': /--runs wants a number/,
  '--only=nosuch': /no scenario named nosuch/,
};

test('a word that the bench does not know is told in one line, and nothing is measured', () => {
  for (const [word, expected] of Object.entries(WRONG)) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['bench/bench.mjs', word], { encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr.trimEnd().split('\n').length], [2, '', 1], stderr);
    assert.match(stderr, expected);
  }
});
