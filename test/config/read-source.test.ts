import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSource } from '../../src/config/read-source.ts';
import { SourceFile } from '../../src/config/source-file.ts';
import { hashSources, Sources } from '../../src/config/sources.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a device, which may have no end, is not read', () => {
  assert.deepEqual(readSource('/dev/null'), { ok: false, code: 'not-a-file', message: 'this is a device, not a file', hint: null });
});

test('the fingerprint of a load is of what it has read, though the file is changed before it is asked for', (t) => {
  const file = join(temporaryFolder(t), 'a.yaml');
  const missing = `${file}.missing`;
  writeFileSync(file, 'one');
  const sources = new Sources();
  assert.ok(sources.read(file).ok);
  assert.ok(!sources.read(missing).ok);
  assert.ok(!sources.read('/dev/null').ok);
  assert.equal(sources.hash, hashSources(sources.paths));
  writeFileSync(file, 'two');
  assert.notEqual(sources.hash, hashSources(sources.paths));
  assert.deepEqual(sources.read(file), { ok: true, source: new SourceFile(file, 'one') });
});

for (const [which, text] of Object.entries({ 'that is no text': '\0\0', 'that is too big to be read': 'x'.repeat(4 * 1024 * 1024 + 1) }))
  test(`a file ${which} is known again by its fingerprint`, (t) => {
    const file = join(temporaryFolder(t), 'a.yaml');
    writeFileSync(file, text);
    const sources = new Sources();
    assert.ok(!sources.read(file).ok);
    assert.equal(sources.hash, hashSources([file]));
    writeFileSync(file, `${text}y`);
    assert.notEqual(sources.hash, hashSources([file]));
  });
