import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSource } from '../../src/config/source-file.ts';

test('a device, which may have no end, is not read', () => {
  assert.deepEqual(readSource('/dev/null'), { ok: false, code: 'not-a-file', message: 'this is a device, not a file', hint: null });
});
