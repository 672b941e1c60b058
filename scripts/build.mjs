// Builds dist/: the client (`bin`), the daemon and the configuration loader as chunks of one esbuild graph, so that
// `omniroute ps` never loads what only `up` needs. The validator of the schema is compiled ahead of time.
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { externals, schemaValidator } from './esbuild-plugins.mjs';

const root = new URL('..', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

rmSync(`${root}dist`, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { 'bin/omniroute': 'src/cli/main.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  sourcemap: 'linked',
  metafile: true,
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [schemaValidator(root), externals()],
  logLevel: 'warning',
});
writeFileSync(`${root}dist/meta.json`, JSON.stringify(result.metafile));
chmodSync(`${root}dist/bin/omniroute.js`, 0o755);
