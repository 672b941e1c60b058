import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hashSources } from '../../src/config/sources.ts';
import { ConfigWatcher } from '../../src/daemon/config-watcher.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A watched file, and a promise per change told. */
function watched(t: TestContext) {
  const folder = temporaryFolder(t);
  const file = join(folder, 'omniroute.yaml');
  writeFileSync(file, 'one');
  let told = 0;
  let resolve = (): void => {};
  let next = new Promise<void>((r) => (resolve = r));
  const onChange = (): void => {
    told += 1;
    resolve();
    next = new Promise<void>((r) => (resolve = r));
  };
  const watcher = new ConfigWatcher({ onChange });
  t.after(() => watcher.close());
  watcher.watch([file], hashSources([file]));
  return { folder, file, next: () => next, told: () => told };
}

/** Each way of saving, and then one more save whose telling proves that the first was told exactly once. */
const SAVES: Readonly<Record<string, (file: string, folder: string) => void>> = {
  'in place': (file) => writeFileSync(file, 'two'),
  'by writing a temporary file and renaming it': (file, folder) => {
    writeFileSync(join(folder, 'tmp'), 'two');
    renameSync(join(folder, 'tmp'), file);
  },
  'as vim does, by moving the old file away first': (file, folder) => {
    renameSync(file, `${file}~`);
    writeFileSync(file, 'two');
    rmSync(join(folder, 'omniroute.yaml~'));
  },
  'by truncating and then writing': (file) => {
    writeFileSync(file, '');
    writeFileSync(file, 'two');
  },
  'by deleting and creating it again': (file) => {
    unlinkSync(file);
    writeFileSync(file, 'two');
  },
};

for (const [how, save] of Object.entries(SAVES)) {
  test(`a file saved ${how} is told once`, async (t) => {
    const { file, folder, next, told } = watched(t);
    let change = next();
    save(file, folder);
    await change;
    change = next();
    writeFileSync(file, 'three');
    await change;
    assert.equal(told(), 2);
  });
}

test('a file written again with the same text is no change', async (t) => {
  const { file, next, told } = watched(t);
  writeFileSync(file, 'one');
  const change = next();
  writeFileSync(file, 'two');
  await change;
  assert.equal(told(), 1);
});

test('a file that appears under a path that was missing is told', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, '.env');
  await new Promise<void>((resolve) => {
    const watcher = new ConfigWatcher({ onChange: resolve });
    t.after(() => watcher.close());
    watcher.watch([file], hashSources([file]));
    writeFileSync(file, 'A=1');
  });
});

test('the target of a symlink is watched too', async (t) => {
  const folder = temporaryFolder(t);
  const target = join(temporaryFolder(t), 'real.yaml');
  const link = join(folder, 'omniroute.yaml');
  writeFileSync(target, 'one');
  symlinkSync(target, link);
  await new Promise<void>((resolve) => {
    const watcher = new ConfigWatcher({ onChange: resolve });
    t.after(() => watcher.close());
    watcher.watch([link], hashSources([link]));
    writeFileSync(target, 'two');
  });
});

test('a link that leads in a circle in place of the file is told as a change, and thrown at nobody', async (t) => {
  const { file, next } = watched(t);
  const change = next();
  unlinkSync(file);
  symlinkSync(file, file);
  await change;
});
