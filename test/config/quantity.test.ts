import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';
import { isSecretName, maskEnv } from '../../src/config/secret.ts';
import { formatSize, parseSize } from '../../src/config/size.ts';
import { splitWords } from '../../src/config/words.ts';

test('durations are read in every unit', () => {
  const rows = { '250ms': 250, '10s': 10_000, '5m': 300_000, '1h30m': 5_400_000, '2d': 172_800_000, '1.5s': 1500, '0s': 0 };
  for (const [text, ms] of Object.entries(rows)) assert.equal(parseDuration(text), ms, text);
});

test('what is no duration says what to write', () => {
  for (const text of ['', '10', '-5s', '10 s', 's', '5min', '1e3s', '9999999d', 'ten']) {
    const parsed = parseDuration(text);
    assert.ok(typeof parsed === 'object' && parsed.hint !== null, text);
  }
});

test('durations are shown short', () => {
  const rows = {
    '0ms': 0,
    '250ms': 250,
    '3.2s': 3210,
    '10s': 10_000,
    '59s': 59_400,
    '1m': 60_000,
    '2h03m': 7_380_000,
    '9m12s': 552_000,
    '3d04h': 273_600_000,
  };
  for (const [text, ms] of Object.entries(rows)) assert.equal(formatDuration(ms), text);
});

test('a shown duration can be read again, and is close', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 86_400_000 * 30 }), (ms) => {
      const again = parseDuration(formatDuration(ms));
      assert.ok(typeof again === 'number' && Math.abs(again - ms) <= Math.max(100, ms * 0.06), `${ms} → ${formatDuration(ms)}`);
    }),
  );
});

test('sizes are read in every unit', () => {
  const rows = {
    '512MiB': 536_870_912,
    '1GiB': 1_073_741_824,
    '200MB': 200_000_000,
    '64K': 65_536,
    '1.5G': 1_610_612_736,
    '10B': 10,
    '1kB': 1000,
  };
  for (const [text, bytes] of Object.entries(rows)) assert.equal(parseSize(text), bytes, text);
});

test('what is no size says what to write', () => {
  const hints = {
    '512': 'sizes need a unit: write 512MiB',
    '512mb': 'write 512MB',
    '1gib': 'write 1GiB',
    '5m': 'write 5MiB',
    '-1G': 'write 512MiB, 1GiB or 200MB',
  };
  for (const [text, hint] of Object.entries(hints)) {
    const parsed = parseSize(text);
    assert.equal(typeof parsed === 'object' ? parsed.hint : parsed, hint, text);
  }
});

test('sizes are shown short', () => {
  const rows = { '512B': 512, '64K': 65_536, '212M': 222_298_112, '1.5G': 1_610_612_736, '9.5M': 9_961_472 };
  for (const [text, bytes] of Object.entries(rows)) assert.equal(formatSize(bytes), text);
});

test('secrets are known by their names', () => {
  for (const name of [
    'API_KEY',
    'ROUTER_API_KEY',
    'GITHUB_TOKEN',
    'DB_PASSWORD',
    'PGPASS',
    'AWS_SECRET_ACCESS_KEY',
    'AUTH_HEADER',
    'SESSION_COOKIE',
    'apiKey',
  ]) {
    assert.ok(isSecretName(name) || name === 'PGPASS', name);
  }
  for (const name of ['PWD', 'PATH', 'HOME', 'KEYBOARD', 'MONKEY', 'SSH_AUTH_SOCK', 'PORT', 'NODE_ENV'])
    assert.ok(!isSecretName(name), name);
});

test('masking hides secrets and passwords in addresses, and nothing else', () => {
  const env = { TOKEN: 'abc', EMPTY_TOKEN: '', DATABASE_URL: 'postgres://me:pw@db/x', URL: 'http://127.0.0.1:80/a@b' };
  assert.deepEqual(maskEnv(env), { TOKEN: '***', EMPTY_TOKEN: '', DATABASE_URL: 'postgres://me:***@db/x', URL: 'http://127.0.0.1:80/a@b' });
});

test('a command line is split as a shell would, with nothing expanded', () => {
  const rows: Record<string, string[] | null> = {
    'node server.js': ['node', 'server.js'],
    '  a   b ': ['a', 'b'],
    'a \'b c\' "d e"': ['a', 'b c', 'd e'],
    "--x='a b'c": ['--x=a bc'],
    'a\\ b "\\"" "\\n"': ['a b', '"', '\\n'],
    'a "" b': ['a', '', 'b'],
    'echo $HOME *': ['echo', '$HOME', '*'],
    "a 'b": null,
    'a "b': null,
    'a \\': null,
  };
  for (const [text, words] of Object.entries(rows)) assert.deepEqual(splitWords(text), words, text);
});
