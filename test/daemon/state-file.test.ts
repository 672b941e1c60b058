import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { peekRuns, type ReadState, type RunRecord, readStateFile, type StateContent, StateFile } from '../../src/daemon/state-file.ts';
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
  const content = { generation: 4, autoPorts: { 'web.http': 4000 }, runs: [RUN], handedOver: null };
  new StateFile(dir).write(content);
  const { record, problem } = read(dir);
  assert.equal(problem, null);
  const { generation, autoPorts, runs, handedOver } = record as StateContent;
  assert.deepEqual({ generation, autoPorts, runs, handedOver }, content);
  assert.deepEqual(peekRuns(dir), [RUN]);
});

test('the record of a folder that was moved is still its own', (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'before'));
  new StateFile(join(dir, 'before')).write({ generation: 1, autoPorts: {}, runs: [RUN], handedOver: null });
  renameSync(join(dir, 'before'), join(dir, 'after'));
  assert.deepEqual(peekRuns(join(dir, 'after')), [RUN]);
});

test('the record of a folder that this one was copied from is none of its own, and stays as it is', (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'original'));
  new StateFile(join(dir, 'original')).write({ generation: 1, autoPorts: {}, runs: [RUN], handedOver: null });
  cpSync(join(dir, 'original'), join(dir, 'copy'), { recursive: true, preserveTimestamps: true });
  assert.deepEqual(peekRuns(join(dir, 'copy')), []);
  const { record, problem } = read(join(dir, 'copy'));
  assert.equal(record, null);
  assert.match(problem ?? '', /is a copy of another state folder/);
  assert.deepEqual(peekRuns(join(dir, 'original')), [RUN]);
});

test('standings that somebody has broken are set aside with the file, and trusted nowhere', (t) => {
  const dir = temporaryFolder(t);
  const standings = { rests: [{}], disabled: [], enabled: [] } as never;
  new StateFile(dir).write({ generation: 1, autoPorts: {}, runs: [RUN], standings, handedOver: null });
  const { record, problem } = read(dir);
  assert.equal(record, null);
  assert.match(problem ?? '', /could not be understood and was set aside/);
});

test('what a newer omniroute wrote is refused and left as it is', (t) => {
  const dir = temporaryFolder(t);
  const text = '{"schema":2,"runs":{"server":{}}}';
  writeFileSync(join(dir, 'state.json'), text);
  const found = readStateFile(dir);
  assert.match('newer' in found ? found.newer : '', /written by a newer omniroute \(its schema is 2, this one knows 1\)/);
  assert.deepEqual(peekRuns(dir), []);
  assert.equal(readFileSync(join(dir, 'state.json'), 'utf8'), text);
});

test('the file is for its owner alone', (t) => {
  const dir = temporaryFolder(t);
  new StateFile(dir).write({ generation: 1, autoPorts: {}, runs: [], handedOver: null });
  assert.equal(statSync(join(dir, 'state.json')).mode & 0o777, 0o600);
});

test('a project that never ran has no state, and that is no problem', (t) => {
  assert.deepEqual(readStateFile(temporaryFolder(t)), { record: null, problem: null });
});

for (const [what, text] of [
  ['truncated', '{"schema":1,"generation":1,"runs":[{"serv'],
  ['empty', ''],
  ['of no version', '{"schema":"1","generation":1,"runs":[]}'],
  ['of no folder', '{"schema":1,"generation":1,"autoPorts":{},"runs":[]}'],
  ['without what a run needs', '{"schema":1,"folder":{"device":1,"inode":2},"generation":1,"autoPorts":{},"runs":[{"service":"a"}]}'],
  ['no object at all', 'null'],
] as const) {
  test(`a state file that is ${what} is set aside, and said so`, (t) => {
    const dir = temporaryFolder(t);
    writeFileSync(join(dir, 'state.json'), text);
    const { record, problem } = read(dir);
    assert.equal(record, null);
    assert.match(problem ?? '', /set aside as .*state\.json\.broken-/);
    const aside = readdirSync(dir).find((name) => name.startsWith('state.json.broken-'));
    assert.equal(readFileSync(join(dir, aside ?? ''), 'utf8'), text);
  });
}

function read(dir: string): ReadState {
  const found = readStateFile(dir);
  assert.ok(!('newer' in found));
  return found;
}
