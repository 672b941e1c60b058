import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { growDescriptorTable } from '../../src/process/descriptor-table.ts';
import { HAS_PROC } from '../../src/process/process-row.ts';
import { eventually } from '../rig/within.ts';

const tableSize = (): number => Number(/^FDSize:\s+(\d+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
const countOpen = (): number => readdirSync('/proc/self/fd').length;

test('the table has room for a hundred services, and nothing stays open', { skip: !HAS_PROC && 'there is no /proc' }, async () => {
  const before = countOpen();
  await growDescriptorTable();
  assert.ok(tableSize() >= 512, `${tableSize()}`);
  await eventually(
    () => 'all to be closed',
    () => (countOpen() === before ? true : null),
  );
});
