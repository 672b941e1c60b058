import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { lastLines } from '../../src/logs/last-lines.ts';
import { visibleText } from '../../src/logs/line-text.ts';
import type { LogLine, LogQuery } from '../../src/logs/log-reader.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import type { LogStream } from '../../src/spec.ts';
import { linesIn, mustNotDrop, POLICY, textsIn } from './log-rig.ts';

interface Run {
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Without newline after the last line. */
  readonly endsOpen: boolean;
  readonly endTold: boolean;
}

interface Written {
  readonly streams: Readonly<Record<LogStream, readonly string[]>>;
  readonly run: number;
}

const line = fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme', maxLength: 40 })).map((text) => text.replace(/[\r\n]/g, '_'));
const lines = fc.array(line, { maxLength: 12 });
const runs = fc.array(fc.record({ out: lines, err: lines, endsOpen: fc.boolean(), endTold: fc.boolean() }), { minLength: 1, maxLength: 4 });
/** How the bytes are cut and interleaved: stream, size of the chunk, time since the chunk before. */
const cuts = fc.infiniteStream(
  fc.tuple(fc.constantFrom<LogStream>('out', 'err'), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 5 })),
);

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'omniroute-logs-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the runs one after another, each stream's bytes cut anywhere. Returns the lines that must be found. */
function write(folder: string, written: readonly Run[], cutter: Iterator<[LogStream, number, number]>, maxSizeBytes: number): Written[] {
  const writer = new LogWriter(folder, { maxSizeBytes, keep: 100_000, maxLineBytes: 64 }, mustNotDrop);
  let timeMs = 1_000_000;
  const expected = written.map(({ out, err, endsOpen, endTold }, n): Written => {
    const left = { out: bytesOf(out, endsOpen), err: bytesOf(err, endsOpen) };
    while (left.out.length + left.err.length > 0) {
      const [stream, size, later] = cutter.next().value as [LogStream, number, number];
      timeMs += later;
      writer.append(left[stream].subarray(0, size), stream, n + 1, timeMs);
      left[stream] = left[stream].subarray(size);
    }
    if (endTold) writer.endRun(n + 1, timeMs);
    return { run: n + 1, streams: { out: foundOf(out, endsOpen), err: foundOf(err, endsOpen) } };
  });
  writer.close();
  return expected;
}

function bytesOf(texts: readonly string[], endsOpen: boolean): Buffer {
  return Buffer.from(texts.join('\n') + (texts.length === 0 || endsOpen ? '' : '\n'));
}

/** An empty last line without newline is nothing. */
function foundOf(texts: readonly string[], endsOpen: boolean): readonly string[] {
  return endsOpen && texts.at(-1) === '' ? texts.slice(0, -1) : texts;
}

function byRun(found: readonly LogLine[], expected: readonly Written[]): Written[] {
  const texts = (run: number, stream: LogStream): string[] => found.filter((l) => l.run === run && l.stream === stream).map((l) => l.text);
  return expected.map(({ run }) => ({ run, streams: { out: texts(run, 'out'), err: texts(run, 'err') } }));
}

test('whatever way bytes are cut and files rotated, each stream of each run gives back its lines, in order, none lost, none twice', () => {
  fc.assert(
    fc.property(runs, cuts, fc.integer({ min: 1, max: 400 }), (written, cutter, maxSizeBytes) =>
      inFolder((folder) => {
        const expected = write(folder, written, cutter[Symbol.iterator](), maxSizeBytes);
        const found = linesIn(folder);
        assert.deepEqual(byRun(found, expected), expected);
        assert.equal(
          found.length,
          expected.reduce((sum, { streams }) => sum + streams.out.length + streams.err.length, 0),
        );
      }),
    ),
    { numRuns: 150 },
  );
});

const queries = fc.record({
  sinceMs: fc.option(fc.integer({ min: 999_990, max: 1_000_200 })),
  untilMs: fc.option(fc.integer({ min: 999_990, max: 1_000_200 })),
  lastLines: fc.option(fc.integer({ min: 0, max: 20 })),
  stream: fc.constantFrom<'any' | LogStream>('any', 'out', 'err'),
  run: fc.option(fc.integer({ min: -5, max: 5 }).filter((n) => n !== 0)),
  grep: fc.option(fc.constantFrom(/a/, /e/i, /\d/g)),
});

test('what the index leads to is what a full scan finds', () => {
  fc.assert(
    fc.property(runs, cuts, fc.integer({ min: 1, max: 2_000 }), queries, (written, cutter, maxSizeBytes, query) =>
      inFolder((folder) => {
        write(folder, written, cutter[Symbol.iterator](), maxSizeBytes);
        assert.deepEqual(linesIn(folder, query), fullScan(folder, written, query));
      }),
    ),
    { numRuns: 300 },
  );
});

function fullScan(folder: string, written: readonly Run[], { sinceMs, untilMs, lastLines: last, stream, run, grep }: LogQuery): LogLine[] {
  const all = linesIn(folder);
  const present = runsWithRecords(written);
  const wantedRun = run !== null && run < 0 ? (present.at(run) ?? -1) : run;
  const wanted = all.filter(
    (found) =>
      (sinceMs === null || found.time >= sinceMs) &&
      (untilMs === null || found.time <= untilMs) &&
      (stream === 'any' || found.stream === stream) &&
      (wantedRun === null || found.run === wantedRun) &&
      (grep === null || found.text.search(grep) !== -1),
  );
  return last === null ? wanted : last === 0 ? [] : wanted.slice(-last);
}

/** A run that printed nothing is in the index only where its end was told. */
function runsWithRecords(written: readonly Run[]): number[] {
  const numbers = written.map(({ out, err, endsOpen, endTold }, n) =>
    endTold || bytesOf(out, endsOpen).length + bytesOf(err, endsOpen).length > 0 ? n + 1 : 0,
  );
  return numbers.filter((n) => n > 0);
}

test('the last lines of a run are the last of its lines', () => {
  fc.assert(
    fc.property(runs, cuts, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 30 }), (written, cutter, maxSizeBytes, count) =>
      inFolder((folder) => {
        write(folder, written, cutter[Symbol.iterator](), maxSizeBytes);
        for (let run = 1; run <= written.length; run++) {
          const texts = linesIn(folder)
            .filter((found) => found.run === run)
            .map(({ text }) => visibleText(text));
          assert.deepEqual(lastLines(folder, run, count), texts.slice(-count));
        }
      }),
    ),
    { numRuns: 100 },
  );
});

test('a supervisor killed at any byte of index or log loses no more than it had not written', () => {
  fc.assert(
    fc.property(lines, cuts, fc.nat(), fc.nat(), fc.boolean(), (texts, cutter, cut, indexCut, continued) =>
      inFolder((folder) => {
        write(folder, [{ out: texts, err: [], endsOpen: false, endTold: false }], cutter[Symbol.iterator](), 1_000_000);
        const log = statSync(join(folder, 'log')).size;
        const index = statSync(join(folder, 'log.idx')).size;
        truncateSync(join(folder, 'log'), log - (cut % (log + 1)));
        truncateSync(join(folder, 'log.idx'), index - (indexCut % (index + 1)));
        const kept = readFileSync(join(folder, 'log'));
        if (continued) new LogWriter(folder, POLICY, mustNotDrop).close();
        const found = textsIn(folder);
        assert.deepEqual(found, linesOf(kept));
      }),
    ),
    { numRuns: 150 },
  );
});

function linesOf(bytes: Buffer): string[] {
  const texts = bytes.toString('utf8').split('\n');
  return texts.at(-1) === '' ? texts.slice(0, -1) : texts;
}
