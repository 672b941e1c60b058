import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { linesIn, POLICY } from './log-rig.ts';

/** A file system of 256 KiB; null, with the test skipped, where mounting is not permitted. */
function smallDisk(t: TestContext): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'omniroute-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  t.after(() => {
    if (status === 0) spawnSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  if (status === 0) return folder;
  t.skip('mounting a tmpfs is not permitted here');
  return null;
}

const LINE = `${'x'.repeat(99)}\n`;

test('a full disk loses counted bytes, marked where they are missing, and logging resumes by itself', (t) => {
  const disk = smallDisk(t);
  if (disk === null) return;
  const folder = join(disk, 'web');
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(100_000));
  const told: string[] = [];
  const writer = new LogWriter(folder, POLICY, (bytes, error) => told.push(`${error} ${bytes > 0}`));
  let written = 0;
  for (; written < 3_000; written++) writer.append(Buffer.from(LINE), written % 2 === 0 ? 'out' : 'err', 1, 1_000 + written);
  assert.ok(writer.droppedBytes > 100_000);
  assert.deepEqual(told, ['ENOSPC true']);
  rmSync(ballast);
  writer.append(Buffer.from('it goes on\n'), 'out', 1, 20_000);
  writer.endRun(1, 20_001);
  writer.close();

  const found = linesIn(folder).map(({ text }) => text);
  const lost = found.map((text) => /^\[omniroute: (\d+) bytes lost here: ENOSPC\]$/.exec(text)?.[1]).filter((bytes) => bytes !== undefined);
  assert.equal(found.at(-1), 'it goes on');
  assert.equal(
    lost.reduce((sum, bytes) => sum + Number(bytes), 0),
    writer.droppedBytes,
  );
  assert.ok(found.every((text) => /^x*$|^\[omniroute: .*\]$|^it goes on$/.test(text)));
  const kept = found.filter((text) => text.startsWith('x')).join('').length;
  assert.ok(Math.abs(kept + writer.droppedBytes - written * 100) <= written, 'bytes kept and lost are all bytes there were');
});

test('the marker of a loss stands at the beginning of a line of the raw log', (t) => {
  const disk = smallDisk(t);
  if (disk === null) return;
  const ballast = join(disk, 'ballast');
  const folder = join(disk, 'web');
  const writer = new LogWriter(folder, POLICY, () => {});
  writer.append(Buffer.from('no newline behind this'), 'out', 1, 1_000);
  writer.append(Buffer.from('nor behind this'), 'err', 1, 1_000);
  fill(ballast);
  writer.append(Buffer.alloc(65_536, 'y'), 'out', 1, 1_001);
  writer.append(Buffer.alloc(65_536, 'y'), 'out', 1, 1_002);
  rmSync(ballast);
  writer.append(Buffer.from('behind the gap\n'), 'out', 1, 3_000);
  writer.close();
  const raw = readFileSync(join(folder, 'log'), 'utf8');
  assert.match(raw, /\n\[omniroute: \d+ bytes lost here: ENOSPC\]\nbehind the gap\n$/);
  assert.deepEqual(
    linesIn(folder, { stream: 'err' }).map(({ text }) => text.replace(/\d+/, 'N')),
    ['nor behind this', '[omniroute: N bytes lost here: ENOSPC]'],
  );
});

test('a service without a disk from the start is logged once there is one', (t) => {
  const disk = smallDisk(t);
  if (disk === null) return;
  const ballast = join(disk, 'ballast');
  mkdirSync(join(disk, 'web'));
  fill(ballast);
  const writer = new LogWriter(join(disk, 'web'), POLICY, () => {});
  writer.append(Buffer.from('lost\n'), 'out', 1, 1_000);
  rmSync(ballast);
  writer.append(Buffer.from('kept\n'), 'out', 1, 2_000);
  writer.close();
  assert.deepEqual(
    linesIn(join(disk, 'web')).map(({ text }) => text),
    ['[omniroute: 5 bytes lost here: ENOSPC]', 'kept'],
  );
});

test('a chunk whose record finds no room is taken back, so that no byte is without its time', (t) => {
  const disk = smallDisk(t);
  if (disk === null) return;
  const ballast = join(disk, 'ballast');
  const folder = join(disk, 'web');
  const writer = new LogWriter(folder, POLICY, () => {});
  // 256 records fill a page exactly; the log's page has room left.
  for (let n = 0; n < 256; n++) writer.append(Buffer.from('\n'), 'out', 1, 1_000);
  fill(ballast);
  writer.append(Buffer.from('no record\n'), 'err', 1, 1_001);
  assert.equal(statSync(join(folder, 'log')).size, 256);
  assert.equal(writer.droppedBytes, 10);
  writer.close();
});

test('a marker that finds no room is taken back and written later', (t) => {
  const disk = smallDisk(t);
  if (disk === null) return;
  const ballast = join(disk, 'ballast');
  const folder = join(disk, 'web');
  const writer = new LogWriter(folder, POLICY, () => {});
  writer.append(Buffer.from(`${'x'.repeat(4_089)}\n`), 'out', 1, 1_000);
  fill(ballast);
  // Leaves a torn chunk of six bytes, so that the log's page is full.
  writer.append(Buffer.from('0123456789\n'), 'out', 1, 1_001);
  for (let n = 0; n < 5; n++) writer.append(Buffer.from('lost\n'), 'out', 1, 2_000 + n * 1_000);
  assert.equal(statSync(join(folder, 'log')).size, 4_096);
  rmSync(ballast);
  writer.append(Buffer.from('kept\n'), 'out', 1, 10_000);
  writer.close();
  assert.deepEqual(
    linesIn(folder).map(({ text }) => text),
    ['x'.repeat(4_089), '012345', '[omniroute: 30 bytes lost here: ENOSPC]', 'kept'],
  );
});

/** Takes every block that is left. */
function fill(path: string): void {
  try {
    for (let bytes = 4_096; ; bytes += 4_096) writeFileSync(path, Buffer.alloc(bytes));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}
