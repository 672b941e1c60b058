import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatLine, formatTime, type LineFormat, neutralizeControls, toJsonLine } from '../../src/logs/format.ts';
import type { LogLine } from '../../src/logs/log-reader.ts';

const PLAIN: LineFormat = { nameWidth: null, showsTime: false, paint: (text) => text, keepsColors: false, raw: false };

function line(text: string, rest: Partial<LogLine> = {}): LogLine {
  return { service: 'web', time: new Date(2026, 0, 31, 4, 5, 6, 7).getTime(), stream: 'out', run: 3, text, ...rest };
}

test('names stand in a column before a bar, with a mark for stderr', () => {
  assert.equal(formatLine(line('hello'), { ...PLAIN, nameWidth: 6 }), 'web    │ hello');
  assert.equal(formatLine(line('hello', { stream: 'err' }), { ...PLAIN, nameWidth: 6 }), 'web    │!hello');
  assert.equal(formatLine(line('hello'), PLAIN), 'hello');
});

test('the time is local, to the millisecond', () => {
  assert.equal(formatLine(line('hello'), { ...PLAIN, showsTime: true }), '2026-01-31 04:05:06.007 hello');
  assert.equal(formatTime(new Date(2026, 10, 1, 23, 59, 59, 999).getTime()), '2026-11-01 23:59:59.999');
});

test('a service has the same colour always, several services have different ones', () => {
  const colorOf = (service: string): string =>
    formatLine(line('', { service }), { ...PLAIN, nameWidth: 0, paint: (_, color) => String(color) }).trim();
  assert.equal(colorOf('server'), colorOf('server'));
  assert.ok(new Set(['server', 'mitm', 'tunnel', 'web', 'db', 'api'].map(colorOf)).size > 2);
});

test('a line cannot move the cursor, set the title or ring the bell', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('\u001B', '[', ']', '0;', '2J', '31m', 'm', '\u0007', '\u009B', '\b', '\r', 'a', '\\', '\u001B[32m')),
      fc.boolean(),
      (parts, keepsColors) => {
        const shown = formatLine(line(parts.join('')), { ...PLAIN, keepsColors });
        assert.doesNotMatch(shown.replace(/\u001B\[[\d;:]*m/g, ''), /[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/);
        if (!keepsColors) assert.ok(!shown.includes('\u001B'));
      },
    ),
  );
});

test('colours are kept where they are wanted, and end with the line', () => {
  assert.equal(formatLine(line('\u001B[32mok\u001B[2K'), { ...PLAIN, keepsColors: true }), '\u001B[32mok\u001B[0m');
  assert.equal(formatLine(line('\u001B[32mok\u001B[2K'), PLAIN), 'ok');
});

test('of a progress bar its last state is shown', () => {
  assert.equal(formatLine(line('10%\r100%'), PLAIN), '100%');
});

test('raw text is shown as it came', () => {
  assert.equal(formatLine(line('\u001B[2J\r\u0007'), { ...PLAIN, raw: true }), '\u001B[2J\r\u0007');
});

test('control characters become visible, tabs stay', () => {
  assert.equal(neutralizeControls('a\tb\u0000\u001B\u007F'), 'a\tb␀␛␡');
});

test('a line as JSON is one versioned object', () => {
  assert.equal(
    JSON.stringify(toJsonLine(line('a "b"', { time: 5 }))),
    '{"schema":1,"time":5,"service":"web","stream":"out","run":3,"text":"a \\"b\\""}',
  );
});
