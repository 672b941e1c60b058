import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Diagnostic } from '../../src/config/diagnostic.ts';
import type { LoadResult } from '../../src/config/load.ts';
import { findPlace } from '../../src/config/place.ts';
import { hashSources } from '../../src/config/sources.ts';
import { loadNow } from '../../src/loader/load-now.ts';
import { startWith } from '../../src/loader/loader.ts';
import { ProcessLoader } from '../../src/loader/process-loader.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const BIN = join(process.cwd(), 'dist/bin/omniroute.js');

/** A loader whose process is this program instead of omniroute. */
function loaderOf(t: TestContext, program: string): ProcessLoader {
  const file = join(temporaryFolder(t), 'loader.cjs');
  writeFileSync(file, program);
  return open(t, file);
}

function open(t: TestContext, bin: string): ProcessLoader {
  const loader = new ProcessLoader(bin, []);
  t.after(() => loader.rest());
  return loader;
}

function projectFile(t: TestContext, text: string): string {
  const file = join(temporaryFolder(t), 'omniroute.yaml');
  writeFileSync(file, text);
  return file;
}

function onlyDiagnostic(result: LoadResult): Diagnostic {
  assert.ok(!result.ok);
  assert.equal(result.diagnostics.length, 1);
  return result.diagnostics[0] as Diagnostic;
}

const REQUEST = { files: ['/nowhere/omniroute.yaml'], autoPorts: {} };

test('a project loaded by another process is the one that would have been loaded here, but for the version it was built as', async (t) => {
  const file = projectFile(t, 'services:\n  web: {command: [sleep, "1"], ports: {main: auto}, env: {A: "${env.HOME}", __proto__: x}}\n');
  const request = { files: [file], autoPorts: { 'web.main': 4711 } };
  const loader = loaderOf(t, wrap(BIN));
  const result = await loader.load(request);
  assert.ok(result.ok);
  assert.deepEqual(result, loadNow(request, process.env));
  assert.equal(result.loaded.project.services['web']?.ports['main'], 4711);
  assert.deepEqual(findPlace(result.loaded.places, 'web', 'ports.main'), { file, line: 2, col: 40 });
});

test('what was loaded ahead counts only as long as the files say the same', async (t) => {
  const file = projectFile(t, 'services: {web: {command: "true"}}');
  const request = { files: [file], autoPorts: {} };
  const loader = loaderOf(t, wrap(BIN));
  const namesOf = async () => {
    const result = await loader.load(request);
    assert.ok(result.ok);
    return Object.keys(result.loaded.project.services);
  };
  loader.prepare(request);
  assert.deepEqual(await namesOf(), ['web']);
  loader.prepare(request);
  writeFileSync(file, 'services: {other: {command: "true"}}');
  assert.deepEqual(await namesOf(), ['other']);
});

test('a file with mistakes is answered by them', async (t) => {
  const result = await loaderOf(t, wrap(BIN)).load({
    files: [projectFile(t, 'services: {web: {comand: x}}')],
    autoPorts: {},
  });
  assert.ok(!result.ok);
  assert.ok(result.diagnostics.some(({ message }) => message.includes('comand')));
  assert.equal(result.sourcesHash, hashSources(result.sources));
});

test('one process answers as often as it is asked, until it is not needed any more', async (t) => {
  const loader = loaderOf(
    t,
    answering('{version: "0.0.0-test", result: {ok: false, diagnostics: [], sources: [String(process.pid)], sourcesHash: ""}}'),
  );
  loader.prepare(REQUEST);
  const pidOf = async () => {
    const result = await loader.load(REQUEST);
    assert.ok(!result.ok);
    return result.sources[0];
  };
  const pid = await pidOf();
  assert.equal(await pidOf(), pid);
  await loader.rest();
  assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
  assert.notEqual(await pidOf(), pid);
});

const FAILURES: Readonly<Record<string, readonly [program: string, message: RegExp]>> = {
  'that ends without an answer': ['process.exit(3)', /the process that reads the project file failed: it ended with exit 3/],
  'that is killed': ['process.kill(process.pid, "SIGKILL")', /failed: it was killed by SIGKILL/],
  'of another version': [answering('{version: "9.9.9"}'), /the omniroute that is installed is 9\.9\.9 by now, and this one, 0\.0\.0-test,/],
  'that has a bug': [
    answering('{version: "0.0.0-test", crash: "Error: oops"}'),
    /internal error while the project file was read: Error: oops/,
  ],
};

for (const [which, [program, message]] of Object.entries(FAILURES)) {
  test(`a loader ${which} is an error like any other of the file, and the next one is a new try`, async (t) => {
    const loader = loaderOf(t, program);
    const load = await loader.load(REQUEST);
    assert.match(onlyDiagnostic(load).message, message);
    assert.equal(load.ok ? null : load.sources, REQUEST.files);
    assert.match(onlyDiagnostic(await loader.load(REQUEST)).message, message);
  });
}

test('what is saved while a loader fails is not known by that, and read as any other save', async (t) => {
  const file = projectFile(t, 'services: {}');
  const before = hashSources([file]);
  const save = `require('node:fs').writeFileSync(${JSON.stringify(file)}, 'saved meanwhile')`;
  const result = await loaderOf(t, `process.stdin.once('data', () => { ${save}; process.exit(3); })`).load({
    files: [file],
    autoPorts: {},
  });
  assert.match(onlyDiagnostic(result).message, /exit 3/);
  assert.equal(result.sourcesHash, before);
  assert.notEqual(hashSources([file]), before);
});

test('what somebody else has loaded already is taken first, and loaded again from then on', async (t) => {
  const other: LoadResult = { ok: false, diagnostics: [], sources: ['/first'], sourcesHash: '1' };
  const loader = startWith(Promise.resolve(other), loaderOf(t, 'process.exit(3)'));
  assert.equal(await loader.load(REQUEST), other);
  assert.match(onlyDiagnostic(await loader.load(REQUEST)).message, /exit 3/);
  const abandoned = startWith(Promise.resolve(null), loaderOf(t, 'process.exit(4)'));
  assert.match(onlyDiagnostic(await abandoned.load(REQUEST)).message, /exit 4/);
});

/** Every request is answered by this value. */
function answering(value: string): string {
  return `process.stdin.on('data', (text) => text.includes('"isAhead":false') && process.stdout.write(JSON.stringify(${value}) + '\\n'));`;
}

/** The built executable, whose answers are given this build's version. */
function wrap(bin: string): string {
  return `
    const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(bin)}, ...process.argv.slice(2)], { stdio: ['inherit', 'pipe', 'ignore'] });
    require('node:readline').createInterface({ input: child.stdout }).on('line', (line) =>
      process.stdout.write(line.replace(/"version":"[^"]*"/, '"version":"0.0.0-test"') + '\\n'));
  `;
}
