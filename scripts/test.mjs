// Bundles the tests with esbuild and runs them with Node's own runner: `node scripts/test.mjs [FILE…] [--test-…]`.
// The list of files is expanded here because Node 20 knows no globs; an empty list is a failure, not a success.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { schemaValidator } from './esbuild-plugins.mjs';

const root = new URL('..', import.meta.url).pathname;
const out = join(root, 'node_modules', '.cache', `omniroute-test-${process.pid}`);
const args = process.argv.slice(2);
const options = args.filter((word) => word.startsWith('--'));
const named = args.filter((word) => !word.startsWith('--')).map((file) => relative(root, join(process.cwd(), file)));
const all = readdirSync(join(root, 'test'), { recursive: true }).filter((file) => file.endsWith('.test.ts')).map((file) => join('test', file));
const files = named.length > 0 ? named : all.sort();
if (files.length === 0) throw new Error('no test files');

mkdirSync(out, { recursive: true });
try {
  await build({
    absWorkingDir: root,
    entryPoints: files,
    outbase: 'test',
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: 'inline',
    define: { __VERSION__: '"0.0.0-test"' },
    plugins: [schemaValidator(root)],
    logLevel: 'warning',
  });
  const bundles = files.map((file) => join(out, relative('test', file).replace(/\.ts$/, '.mjs')));
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', '--test-timeout=120000', ...options, ...bundles], { stdio: 'inherit', cwd: root });
  process.exitCode = status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
