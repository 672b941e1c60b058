import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RunRecord, readStateFile, StateFile } from '../../src/daemon/state-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const RUN: RunRecord = {
  service: 'server',
  run: 3,
  identity: { pid: 4121, startTime: 77, bootId: 'boot' },
  marker: 'shop/server/3/abc',
  startedAtMs: 12,
  ready: true,
  restarts: 2,
  outputs: { url: 'https://a.example' },
  fingerprint: 'f',
  stop: { signal: 'SIGTERM', gracePeriodMs: 1000, command: null },
};

test('what was written is read back', (t) => {
  const dir = temporaryFolder(t);
  new StateFile(dir).write({ generation: 4, nonce: 'abc', autoPorts: { 'web.http': 4000 }, runs: [RUN] });
  assert.deepEqual(readStateFile(dir), {
    record: { schema: 1, generation: 4, nonce: 'abc', autoPorts: { 'web.http': 4000 }, runs: [RUN] },
    problem: null,
  });
});

test('the file is for its owner alone', (t) => {
  const dir = temporaryFolder(t);
  new StateFile(dir).write({ generation: 1, nonce: null, autoPorts: {}, runs: [] });
  assert.equal(statSync(join(dir, 'state.json')).mode & 0o777, 0o600);
});

test('a project that never ran has no state, and that is no problem', (t) => {
  assert.deepEqual(readStateFile(temporaryFolder(t)), { record: null, problem: null });
});

for (const [what, text] of [
  ['truncated', '{"schema":1,"generation":1,"runs":[{"serv'],
  ['empty', ''],
  ['of a version that is not known', '{"schema":2,"generation":1,"runs":[]}'],
  ['without what a run needs', '{"schema":1,"generation":1,"autoPorts":{},"runs":[{"service":"a"}]}'],
  ['no object at all', 'null'],
] as const) {
  test(`a state file that is ${what} is set aside, and said so`, (t) => {
    const dir = temporaryFolder(t);
    writeFileSync(join(dir, 'state.json'), text);
    const { record, problem } = readStateFile(dir);
    assert.equal(record, null);
    assert.match(problem ?? '', /set aside as .*state\.json\.broken-/);
    const aside = readdirSync(dir).find((name) => name.startsWith('state.json.broken-'));
    assert.equal(readFileSync(join(dir, aside ?? ''), 'utf8'), text);
  });
}
