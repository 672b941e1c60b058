import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantsColor } from '../../src/cli/color.ts';

test('a terminal gets colours, a pipe does not', () => {
  assert.equal(wantsColor('auto', {}, true), true);
  assert.equal(wantsColor('auto', {}, false), false);
});

test('--color is stronger than every variable', () => {
  assert.equal(wantsColor('never', { FORCE_COLOR: '1' }, true), false);
  assert.equal(wantsColor('always', { NO_COLOR: '1', TERM: 'dumb' }, false), true);
});

test('FORCE_COLOR wins over NO_COLOR, and 0 or false forces them off', () => {
  assert.equal(wantsColor('auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, false), true);
  assert.equal(wantsColor('auto', { FORCE_COLOR: '0' }, true), false);
  assert.equal(wantsColor('auto', { FORCE_COLOR: 'false' }, true), false);
});

test('NO_COLOR, CLICOLOR=0 and a dumb terminal switch them off', () => {
  for (const env of [{ NO_COLOR: '1' }, { CLICOLOR: '0' }, { TERM: 'dumb' }]) assert.equal(wantsColor('auto', env, true), false);
});

test('CLICOLOR_FORCE gives colours to a pipe', () => {
  assert.equal(wantsColor('auto', { CLICOLOR_FORCE: '1' }, false), true);
  assert.equal(wantsColor('auto', { CLICOLOR_FORCE: '0' }, true), false);
});

test('an empty variable is as good as unset', () => {
  assert.equal(wantsColor('auto', { NO_COLOR: '', FORCE_COLOR: '', CLICOLOR_FORCE: '' }, true), true);
});

test('being run by CI is no reason for colours', () => {
  assert.equal(wantsColor('auto', { CI: 'true', GITHUB_ACTIONS: 'true' }, false), false);
});
