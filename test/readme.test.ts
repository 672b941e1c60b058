// What the documents say of the product in words: names, codes, messages and links. Their commands are run in test/system/readme.test.ts.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../src/cli/command-table.ts';
import { EXIT } from '../src/cli/exit-code.ts';
import { loadProject } from '../src/config/load.ts';
import { PRESETS } from '../src/config/presets/presets.ts';
import { describeBlockers } from '../src/supervisor/blocker-words.ts';
import { exhausted } from '../src/supervisor/restart.ts';
import { operations, wordsOf } from './rig/api-description.ts';

const README = readFileSync('README.md', 'utf8');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'src/README.md',
  'docs/reference.md',
  'docs/presets.md',
  'docs/library.md',
  'docs/notifications.md',
  'docs/mcp.md',
  'docs/top.md',
  'docs/dashboard.md',
  'examples/mitm/README.md',
];

test('every link leads to a file', () => {
  const links = DOCUMENTS.flatMap((document) =>
    Array.from(readFileSync(document, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g), ([, to]) => ({ document, to: to as string })),
  );
  assert.ok(links.length > 5);
  assert.deepEqual(
    links.filter(({ document, to }) => !existsSync(join(dirname(document), to))),
    [],
  );
});

test('every file shown in docs/notifications.md is a valid one', () => {
  const files = Array.from(readFileSync('docs/notifications.md', 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms), ([, text]) => text as string);
  assert.equal(files.length, 2);
  const folder = mkdtempSync(join(tmpdir(), 'omniroute-docs-'));
  try {
    for (const text of files) {
      writeFileSync(join(folder, 'omniroute.yaml'), text);
      const env = { PATH: process.env['PATH'], OPS_TOKEN: 't' };
      const result = loadProject({ files: [join(folder, 'omniroute.yaml')], env, autoPorts: {}, home: '/home/me' });
      assert.ok(result.ok && result.loaded.project.notifications.length > 0, JSON.stringify(result));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every link within the reference leads to a title', () => {
  const reference = readFileSync('docs/reference.md', 'utf8');
  // As GitHub makes them.
  const anchors = Array.from(reference.matchAll(/^#+ (.*)$/gm), ([, title]) =>
    (title as string)
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = Array.from(reference.matchAll(/\]\(#([^)]+)\)/g), ([, anchor]) => anchor as string);
  assert.ok(links.length > 20);
  assert.deepEqual(
    links.filter((anchor) => anchors.indexOf(anchor) === -1 || anchors.indexOf(anchor) !== anchors.lastIndexOf(anchor)),
    [],
  );
});

test('every file that is named in a path is there', () => {
  const named = ['README.md', 'CONTRIBUTING.md', 'src/README.md'].flatMap((document) =>
    Array.from(
      readFileSync(document, 'utf8').matchAll(/`((?:src|test|schemas|scripts|docs|examples|bench)\/[\w./-]+)`/g),
      ([, path]) => path as string,
    ),
  );
  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter((path) => !existsSync(path)),
    [],
  );
});

test('every source that the map of the code names is there', () => {
  const named = Array.from(readFileSync('src/README.md', 'utf8').matchAll(/`([\w/-]+\.(?:ts|mjs|json))`/g), ([, path]) => path as string);
  assert.ok(named.length > 15);
  assert.deepEqual(
    named.filter((path) => !existsSync(path) && !existsSync(join('src', path))),
    [],
  );
});

test('every script that contributors are told of is there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = ['CONTRIBUTING.md', 'src/README.md'].flatMap((document) =>
    Array.from(readFileSync(document, 'utf8').matchAll(/npm run ([\w-]+)/g), ([, script]) => script as string),
  );
  assert.ok(named.length > 3);
  assert.deepEqual(
    named.filter((script) => !(script in scripts)),
    [],
  );
});

test('the table of commands has every command', () => {
  const cells = firstCells('## Commands').join(' ');
  const words = new Set(cells.match(/[a-z]+/g));
  assert.deepEqual(
    COMMANDS.filter(({ name }) => !words.has(name)).map(({ name }) => name),
    [],
  );
});

test('the exit codes are those of the code', () => {
  const [, codes = ''] = /Exit codes: ([^.]*?);/s.exec(README) ?? [];
  assert.deepEqual(
    codes.split('·').map((code) => Number.parseInt(code, 10)),
    Object.values(EXIT).sort((a, b) => a - b),
  );
});

test('the states and causes are those of the code', () => {
  assert.deepEqual(
    firstCells('## States and causes').map((cell) => cell.replaceAll('`', '')),
    wordsOf('State', 'enum'),
  );
  const [, causes = ''] = /Why a run ended is one of: ([^.]*)\./s.exec(README) ?? [];
  const described = Object.keys(wordsOf('Cause', 'oneOf')).map((n) => String(wordsOf('Cause', 'oneOf', n, 'properties', 'type', 'const')));
  assert.deepEqual(causes.match(/[a-z-]+/g), described);
});

test('the presets are those of the code', () => {
  const [, presets = ''] = /\*\*Presets\*\* \(`uses:`\): ([^.]*)\./s.exec(README) ?? [];
  assert.deepEqual(presets.match(/[a-z-]+/g)?.sort(), Object.keys(PRESETS).sort());
});

test('every path of the control API that is named is one', () => {
  const named = new Set(README.match(/(?<=`|localhost)\/v1\/[a-z]+/g));
  assert.ok(named.size > 1);
  const paths = operations.map(({ path }) => path);
  assert.deepEqual(
    [...named].filter((path) => !paths.includes(path)),
    [],
  );
});

/** A message that the README explains → the same message as omniroute says it. */
const MESSAGES: Readonly<Record<string, () => string>> = {
  'port 20128 is taken by 4121 (node)': () => describeBlockers([{ type: 'port', port: 20128, pid: 4121, command: 'node' }]),
  'socket http: 127.0.0.1:20128 is taken': () =>
    describeBlockers([{ type: 'socket', socket: 'http', address: '127.0.0.1:20128', pid: null, command: null, outlived: null }]),
  'waits for db to be ready, it is starting': () =>
    describeBlockers([{ type: 'dependency', service: 'db', condition: 'ready', state: 'starting', disabled: false }]),
  '6 crashes within 60s': () => exhausted(LIMITS, { attempts: 6, crashes: [0, 1, 2, 3, 4, 5] }) ?? '',
  'disabled by rule mitm-interference of server': () => describeBlockers([{ type: 'disabled', by: 'rule mitm-interference of server' }]),
  'error unknown-key': () => `error ${sourceText('src/config/schema-error.ts', /unknown-key/)}`,
  'is not running': () => sourceText('src/library/running-project.ts', /is not running/),
  'another omniroute holds this project': () => sourceText('src/cli/up/attach.ts', /another omniroute holds this project/),
  'is not what runs here': () => sourceText('src/library/other-project.ts', /is not what runs here/),
};

const LIMITS: Parameters<typeof exhausted>[0] = {
  policy: 'always',
  strategy: 'replace',
  backoff: { firstMs: 0, initialMs: 500, factor: 2, maxMs: 30_000, jitter: 0 },
  stableAfterMs: 30_000,
  maxAttempts: 10,
  maxCrashes: 5,
  windowMs: 60_000,
  retryAfterMs: 600_000,
};

test('every message that is explained under Troubleshooting is one that omniroute says', () => {
  const explained = firstCells('## Troubleshooting').flatMap((cell) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, text]) => text as string),
  );
  assert.deepEqual(explained, Object.keys(MESSAGES));
  for (const [message, say] of Object.entries(MESSAGES)) assert.ok(say().startsWith(message), `${message}: ${say()}`);
});

/** The first column of the first table below this title, without its head. */
function firstCells(title: string): string[] {
  const section = README.slice(README.indexOf(`\n${title}\n`));
  const [, rows = ''] = /^\|.*\n\| -.*\n((?:\|.*\n)+)/m.exec(section) ?? [];
  const cells = Array.from(rows.matchAll(/^\| (.*?) +\|/gm), ([, cell]) => cell as string);
  assert.ok(cells.length > 3, title);
  return cells;
}

function sourceText(file: string, pattern: RegExp): string {
  return pattern.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
}

test('every test that docs/reliability.md names is there', () => {
  const rows = readFileSync('docs/reliability.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (---|fault)/.test(line));
  const named = rows.flatMap((row) => [...(row.split('|')[3] ?? '').matchAll(/`([\w/-]+)`/g)].map(([, name]) => name as string));
  assert.ok(named.length > 20);
  assert.deepEqual(
    named.filter((name) => !existsSync(`test/${name.includes('/') ? name : `system/${name}`}.test.ts`)),
    [],
  );
});
