// Bundles the tests with esbuild and runs them with Node's own runner: `node scripts/test.mjs [FILE|FOLDER…] [--test-…]`.
// The list of files is expanded here because Node 20 knows no globs; an empty list is a failure, not a success.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { buildDist, isStale } from './build.mjs';
import { root, testOptions } from './build-options.mjs';

/** Tests that run what was built; the others run on sources alone. */
const NEEDS_DIST = /^test\/(system\/|engines\/|package\.test|installed\.test)/;
/** Needs root, Debian and minutes: run only where it is named, by `npm run engines`. */
const ON_ENGINES = /^test\/engines\//;

const words = process.argv.slice(2);
const named = words.filter((word) => statSync(word, { throwIfNoEntry: false }));
const options = words.filter((word) => !named.includes(word));
const missing = options.filter((word) => word.endsWith('.ts'));
const everything = () => testsOf(join(root, 'test')).filter((file) => !ON_ENGINES.test(file));
const files = [...new Set(named.length > 0 ? named.flatMap(testsOf) : everything())].sort();
if (missing.length > 0 || files.length === 0) {
  process.stderr.write(`no such tests: ${[...missing, ...named].join(' ') || 'test/'}\n`);
  process.exit(1);
}

// Ctrl-C reaches the runner too; this process only tidies up after it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});

const out = join(root, 'node_modules', '.cache', `omniroute-test-${process.pid}`);
mkdirSync(out, { recursive: true });
try {
  if (process.env.OMNIROUTE_BIN === undefined && files.some((file) => NEEDS_DIST.test(file)) && isStale()) await buildDist();
  await build(testOptions(files, out));
  process.exitCode = await runTests(files.map((file) => join(out, relative('test', file).replace(/\.ts$/, '.mjs'))));
} finally {
  rmSync(out, { recursive: true, force: true });
}

/** Paths from the root, as the bundler's entry points. */
function testsOf(path) {
  const inside = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).map((file) => join(path, file)) : [path];
  return inside.filter((file) => file.endsWith('.test.ts')).map((file) => relative(root, resolve(file)));
}

async function runTests(bundles) {
  // The timeout is of a whole file; what a single step of a test may take is bounded in the tests.
  const defaults = ['--enable-source-maps', '--test', '--test-timeout=480000', '--test-concurrency=4', '--test-reporter=spec'];
  const env = { OMNIROUTE_BIN: join(root, 'dist/bin/omniroute.js'), ...process.env };
  const runner = spawn(process.execPath, [...defaults, ...options, ...bundles], { stdio: 'inherit', cwd: root, env });
  const [code] = await once(runner, 'exit');
  return code ?? 1;
}
