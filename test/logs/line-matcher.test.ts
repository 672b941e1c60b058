import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstMatches } from '../../src/logs/first-matches.ts';
import { LineMatcher, type Pattern } from '../../src/logs/line-matcher.ts';
import { cheapLineLength } from '../../src/logs/pattern-cost.ts';

/** Backtracks for ages on this line. */
const ENDLESS = '^(a+)+$';
const BAIT = `${'a'.repeat(40)}!`;

function pattern(id: string, source: string, stream: Pattern['stream'] = 'any'): Pattern {
  return { id, source, flags: '', stream };
}

function watch(patterns: readonly Pattern[]): { matcher: LineMatcher; seen: string[]; off: string[] } {
  const seen: string[] = [];
  const off: string[] = [];
  const matcher = new LineMatcher(
    patterns,
    (id, line, captures) => seen.push([id, line, ...captures].join(' ')),
    (id) => off.push(id),
  );
  return { matcher, seen, off };
}

test('every line is tried with every pattern of its stream, in order', () => {
  const { matcher, seen } = watch([pattern('any', 'o'), pattern('only-err', 'o', 'err'), pattern('port', 'port (\\d+)(x)?')]);
  matcher.match(['one', 'port 80'], 'out');
  matcher.match(['two'], 'err');
  assert.deepEqual(seen, ['any one o', 'any port 80 o', 'port port 80 80 ', 'any two o', 'only-err two o']);
});

test('a pattern without a group captures its whole match', () => {
  const { matcher, seen } = watch([pattern('url', 'https://[a-z.-]+')]);
  matcher.match(['visit https://blue-cat.example now'], 'out');
  assert.deepEqual(seen, ['url visit https://blue-cat.example now https://blue-cat.example']);
});

test('a pattern that backtracks for ever is interrupted, switched off and reported once; the others go on', () => {
  const { matcher, seen, off } = watch([pattern('before', 'a'), pattern('endless', ENDLESS), pattern('after', '!')]);
  matcher.match([BAIT, 'a fine line!'], 'out');
  matcher.match([BAIT], 'err');
  assert.deepEqual(off, ['endless']);
  assert.deepEqual(
    seen.map((text) => text.split(' ')[0]),
    ['before', 'after', 'before', 'after', 'before', 'after'],
  );
});

test('a pattern slow on long lines alone is interrupted too', () => {
  const { matcher, off } = watch([pattern('slow', '.*.*.*.*x$')]);
  matcher.match(['y'.repeat(20_000)], 'out');
  assert.deepEqual(off, ['slow']);
});

test('a long batch of harmless lines is matched whole, however long it takes', () => {
  const { matcher, seen, off } = watch([pattern('number', '[a-z]+(\\d+)')]);
  matcher.match(Array<string>(20_000).fill(`${'long '.repeat(800)} number7`), 'out');
  assert.equal(seen.length, 20_000);
  assert.deepEqual(off, []);
});

test('a condition holds when enough different patterns are found, and gives the captures of the first match', () => {
  const patterns = ['mitm', 'tls (socket)', 'certificate'].map((source) => ({ source, flags: 'i' }));
  assert.deepEqual(firstMatches(patterns, ['TLS socket hang up', 'MITM gone', 'mitm'], 2), ['socket']);
  assert.equal(firstMatches(patterns, ['mitm', 'mitm again'], 2), null);
  assert.equal(firstMatches(patterns, [], 1), null);
});

test('a pattern over its budget is as if not found, and is told', () => {
  const told: string[] = [];
  const patterns = [ENDLESS, '!'].map((source) => ({ source, flags: '' }));
  assert.equal(
    firstMatches(patterns, [BAIT], 2, (source) => told.push(source)),
    null,
  );
  assert.deepEqual(firstMatches(patterns, [BAIT], 1), ['!']);
  assert.deepEqual(told, [ENDLESS]);
});

for (const source of ['(a+)+', '(a|b)*c', '(?:x?){9}', '(a*)\\1', '(?<q>a*)\\k<q>', '((a*)b)+', '([^)]*x)*']) {
  test(`no line is short enough to match /${source}/ unguarded`, () => {
    assert.equal(cheapLineLength(source), 0);
  });
}

for (const source of [
  'MITM ready on :(\\d+)',
  'EADDRINUSE.*?:(\\d+)',
  'heap (limit|out of memory)',
  '[(+*]+',
  '\\(a+\\)',
  'a{2,3}b',
  '(?:abc)+',
]) {
  test(`usual lines match /${source}/ unguarded`, () => {
    assert.ok(cheapLineLength(source) >= 30, String(cheapLineLength(source)));
  });
}
