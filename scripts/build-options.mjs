// What esbuild is told, in one place: the build and the tests must see the same graph.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaValidator } from './esbuild-plugins.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

const common = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  plugins: [schemaValidator(root)],
  logLevel: 'warning',
};

/** One graph of chunks: `omniroute ps` never loads what only `up` needs. Every library is bundled, so the package depends on nothing. */
export function distOptions() {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  return {
    ...common,
    entryPoints: { 'bin/omniroute': 'src/cli/main.ts' },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    minifySyntax: true,
    sourcemap: 'linked',
    metafile: true,
    define: { __VERSION__: JSON.stringify(version) },
    // commander, yaml and cross-spawn are CommonJS and ask for Node's own modules with `require`.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  };
}

/** Tests run on sources; the packages stay outside, as node_modules is there. */
export function testOptions(files, outdir) {
  return {
    ...common,
    entryPoints: files,
    outbase: 'test',
    outdir,
    outExtension: { '.js': '.mjs' },
    packages: 'external',
    sourcemap: 'inline',
    define: { __VERSION__: '"0.0.0-test"' },
  };
}
