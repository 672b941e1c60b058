import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter } from '../../src/logs/line-splitter.ts';

function split(chunks: readonly (string | Uint8Array)[], maxLineBytes = 65_536): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(maxLineBytes, (line) => lines.push(line));
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
}

test('both kinds of newline end a line, also when cut in two', () => {
  assert.deepEqual(split(['one\ntwo\r\nthree\r', '\nfour']), ['one', 'two', 'three', 'four']);
});

test('a line printed with two carriage returns before its newline is whole', () => {
  assert.deepEqual(split(['text\r\r\n', 'more\r', '\r', '\n']), ['text', 'more']);
});

test('a last line without newline counts, an empty one does not', () => {
  assert.deepEqual(split(['a\nlast words']), ['a', 'last words']);
  assert.deepEqual(split(['a\n']), ['a']);
});

test('empty lines count', () => {
  assert.deepEqual(split(['\n', '\na\n\n']), ['', '', 'a', '']);
});

test('of a progress bar its last state remains', () => {
  assert.deepEqual(split(['10%\r', '20%\r30', '%\r', '100%\ndone\n']), ['100%', 'done']);
});

test('an unending progress bar is shown as it last was, in little memory', () => {
  const chunks = Array.from({ length: 10_000 }, (_, n) => `working on item number ${n}\r`);
  assert.deepEqual(split([...chunks, 'all done\n'], 1_024), ['all done']);
});

test('a character cut anywhere stays one character', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))),
      fc.integer({ min: 1, max: 7 }),
      (texts, size) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
        assert.deepEqual(split(chunks), texts);
      },
    ),
  );
});

test('where the chunks are cut makes no difference', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '\r', '\n', '\u001B[1m', 'bcdefgh')).map((parts) => Buffer.from(parts.join('')));
  fc.assert(
    fc.property(text, fc.array(fc.nat(12), { minLength: 1 }), (bytes, sizes) => {
      const chunks: Buffer[] = [];
      for (let at = 0, n = 0; at < bytes.length; n++) {
        const size = (sizes[n % sizes.length] ?? 0) + 1;
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(split(chunks), split([bytes]));
    }),
  );
});

test('bytes that are no UTF-8 become replacement characters and end no line', () => {
  assert.deepEqual(split([Buffer.from([0x61, 0xff, 0xc3, 0x62, 0x0a])]), ['a\uFFFD\uFFFDb']);
});

test('colours, titles and links are stripped, also when cut in two', () => {
  assert.deepEqual(split(['\u001B[3', '2mok\u001B[0m \u001B]0;title\u0007\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\\n']), [
    'ok link',
  ]);
});

test('a line beyond the limit is cut for matching, at a whole character, and the next one is not harmed', () => {
  assert.deepEqual(split(['abcdefgh', 'ijklm\nnext\n'], 10), ['abcdefghij', 'next']);
  assert.deepEqual(split(['aaaaaaaaaé\nnext\n'], 10), ['aaaaaaaaa', 'next']);
});

test('a line of a gigabyte costs no more memory than the limit', () => {
  const lines: string[] = [];
  const splitter = new LineSplitter(65_536, (line) => lines.push(line));
  const chunk = Buffer.alloc(1_048_576, 'x');
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 1_024; n++) splitter.push(chunk);
  assert.ok(process.memoryUsage().arrayBuffers - before < 4_194_304);
  splitter.push(Buffer.from('\nnext\n'));
  assert.deepEqual(
    lines.map((line) => line.length),
    [65_536, 4],
  );
});

test('a chunk may be overwritten once it has been taken', () => {
  const lines: string[] = [];
  const splitter = new LineSplitter(100, (line) => lines.push(line));
  const chunk = Buffer.from('begin');
  splitter.push(chunk);
  chunk.fill('!');
  splitter.push(Buffer.from(' end\n'));
  assert.deepEqual(lines, ['begin end']);
});
