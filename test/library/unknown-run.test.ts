import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findUnknownRun } from '../../src/library/unknown-run.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { mustNotDrop, POLICY } from '../logs/log-rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Asks a project whose services have logged these runs. */
function inProjectWith(t: TestContext, logged: Readonly<Record<string, readonly number[]>>) {
  const stateDir = temporaryFolder(t);
  const folders = new Map(Object.keys(logged).map((service) => [service, join(stateDir, service)]));
  for (const [service, runs] of Object.entries(logged)) {
    const writer = new LogWriter(join(stateDir, service), POLICY, mustNotDrop);
    for (const run of runs) writer.append(Buffer.from('a word\n'), 'out', run, 1);
    writer.close();
  }
  return (run: number) => findUnknownRun(folders, run);
}

test('a run that one of the logs holds is known, by its number and from the end', (t) => {
  const ask = inProjectWith(t, { db: [1], web: [1, 2, 3] });
  for (const run of [1, 3, -1, -3]) assert.equal(ask(run), null, String(run));
});

test('of a run that no log holds it is told which there are, and that it may come', (t) => {
  const { code, message, advice, mayCome } = inProjectWith(t, { web: [2, 3, 4, 7] })(8) ?? assert.fail('it is not there');
  assert.deepEqual([code, mayCome], ['unknown-run', true]);
  assert.equal(message, 'there is no run 8 in the log of web');
  assert.equal(advice, 'web has runs 2 to 4, 7');
});

test('a run that is no longer kept, or was left out, never comes', (t) => {
  const ask = inProjectWith(t, { web: [3, 5] });
  assert.equal(ask(4)?.mayCome, false);
  assert.equal(ask(2)?.mayCome, false);
  assert.match(ask(2)?.advice ?? '', /^web has runs 3, 5; older ones are gone: `logs\.max_size` and `logs\.keep`/);
});

test('a run further back than there are never comes, and of several logs each says what it has', (t) => {
  const missing = inProjectWith(t, { db: [], web: [1] })(-2);
  assert.deepEqual(
    [missing?.mayCome, missing?.message, missing?.advice],
    [false, 'there is no run -2 in any of the logs', 'db has none; web has run 1'],
  );
});
