// What esbuild is told, in one place: the build and the tests must see the same graph.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtinsLoadedLater, loadedLater, schemaValidator } from './esbuild-plugins.mjs';

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

/** Each in one file of its own, after those that it imports: to open forty takes as long as to run what is in them. */
export const WHOLE_BEFORE_OTHERS = ['src/loader/load-now.ts', 'src/loader/serve-loads.ts'];
export const WHOLE = ['src/cli/up/foreground.ts', 'src/cli/up/detached-child.ts', 'src/cli/command-line.ts'];
/** Within whatever imports it: what is small, and most commands. The others load the project file before they can do anything. */
const WITHIN =
  /^src\/cli\/(running|up\/(open-loader|spawn-supervisor|detach)|commands\/(?!(config|doctor|run|schema|validate)\.ts)[a-z]+)\.ts$/;

const CHUNK = 'chunks/[name]-[hash]';

const dist = ({ outdir, version }) => ({
  ...common,
  plugins: [...common.plugins, builtinsLoadedLater(['node:child_process', 'node:crypto', 'node:http'])],
  inject: [`${root}scripts/performance.mjs`],
  outdir,
  outbase: 'src/cli',
  minifySyntax: true,
  // Half of the time to load is reading the text; names are kept, for stacks.
  minifyWhitespace: true,
  sourcemap: 'inline',
  metafile: true,
  write: false,
  define: { __VERSION__: JSON.stringify(version) },
});

/** From a chunk of ES modules, which alone esbuild can split, to CommonJS: Node 20 loads `up` as such in 28 ms instead of 58. */
export function loadableOptions(sourcefile, { minifyWhitespace }) {
  return {
    format: 'cjs',
    // Which modules are by themselves.
    banner: '"use strict";',
    platform: 'node',
    target: common.target,
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname' },
    minifySyntax: true,
    minifyWhitespace,
    sourcemap: 'external',
    sourcefile,
    logLevel: common.logLevel,
  };
}

/** What those load when it is needed: one graph of chunks. Every library is bundled, so the package depends on nothing. */
export function heavyOptions(target, outputOf) {
  const { plugins, ...options } = dist(target);
  return { ...options, plugins: [...plugins, loadedLater(root, outputOf)], entryPoints: findHeavy(), entryNames: CHUNK, chunkNames: CHUNK };
}

/** One file from this entry point on; `outputOf`: source → file, of what was built before. `readable`: Node quotes the line that an uncaught error came from. */
export function wholeOptions(target, { entryPoint, entryNames = CHUNK, outputOf, readable = false }) {
  const { plugins, ...options } = dist(target);
  const later = loadedLater(root, (source) => (WITHIN.test(source) ? undefined : outputOf(source)));
  return { ...options, plugins: [...plugins, later], splitting: false, minifyWhitespace: !readable, entryPoints: [entryPoint], entryNames };
}

/** The dashboard's page, whole: it loads nothing from anywhere else. */
export function pageOptions({ outdir }) {
  return {
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    // What has `light-dark()` in its style sheets.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: ['main.tsx', 'page.css', 'index.html', 'icon.svg'].map((file) => `src/web/${file}`),
    loader: { '.html': 'copy', '.svg': 'copy' },
    outbase: 'src/web',
    outdir: `${outdir}/web`,
    minify: true,
    metafile: true,
    logLevel: common.logLevel,
  };
}

/** Sources that are imported when they are needed. */
function findHeavy() {
  const files = ['src/cli', 'src/library'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true }).map((file) => `${folder}/${file}`),
  );
  const sources = files.filter((file) => file.endsWith('.ts'));
  const whole = [...WHOLE_BEFORE_OTHERS, ...WHOLE];
  return [...new Set(sources.flatMap(findDynamicImports))].filter((file) => !whole.includes(file) && !WITHIN.test(file));
}

function findDynamicImports(file) {
  const text = readFileSync(root + file, 'utf8');
  return [...text.matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, path]) => relative(root, resolve(root, dirname(file), path)));
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
