// Builds dist/: the executable, the library and its types, their chunks, and meta.json, which says what went where (for tests; not published).
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { heavyOptions, loadableOptions, pageOptions, root, WHOLE, WHOLE_BEFORE_OTHERS, wholeOptions } from './build-options.mjs';
import { declareTypes } from './declarations.mjs';

const META = join(root, 'dist', 'meta.json');

/** Bundles into a folder; the answer is esbuild's account of what went where. */
export async function bundle(target) {
  const outputs = {};
  const outputOf = (source) => Object.keys(outputs).find((output) => outputs[output].entryPoint === source);
  const add = async (options) => {
    const { metafile, outputFiles } = await build(options);
    await Promise.all(outputFiles.map((file) => writeLoadable(file, options)));
    Object.assign(outputs, metafile.outputs);
  };
  const addWhole = async (entryPoints) => {
    for (const entryPoint of entryPoints) await add(wholeOptions(target, { entryPoint, outputOf }));
  };
  await addWhole(WHOLE_BEFORE_OTHERS);
  await add(heavyOptions(target, outputOf));
  await addWhole(WHOLE);
  await add(wholeOptions(target, { entryPoint: 'src/cli/main.ts', entryNames: 'bin/omniroute', outputOf }));
  await add(wholeOptions(target, { entryPoint: 'src/index.ts', entryNames: 'index', outputOf, readable: true }));
  Object.assign(outputs, (await build(pageOptions(target))).metafile.outputs);
  writeFileSync(resolve(root, target.outdir, 'package.json'), '{ "type": "commonjs" }\n');
  return outputs;
}

export async function buildDist() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const outputs = await bundle({ outdir: 'dist', version });
  chmodSync(join(root, 'dist/bin/omniroute.js'), 0o755);
  const built = new Set([
    'dist/package.json',
    ...declareTypes('dist/types'),
    ...Object.keys(outputs).flatMap((file) => [file, `${file}.map`]),
  ]);
  // Written over in place, and cleaned afterwards: an omniroute that runs meanwhile finds its chunks for as long as they are current.
  for (const file of listFiles('dist')) if (!built.has(file)) rmSync(join(root, file));
  writeFileSync(META, JSON.stringify({ outputs }));
}

async function writeLoadable({ path, text }, options) {
  const { code, map } = await transform(text, loadableOptions(path, options));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
  writeFileSync(`${path}.map`, map);
}

/** Whether a source is newer than what was built last. */
export function isStale() {
  const builtAt = statSync(META, { throwIfNoEntry: false })?.mtimeMs;
  if (builtAt === undefined) return true;
  const sources = ['src', 'schemas', 'scripts'].flatMap(listFiles);
  return [...sources, 'package.json', 'tsconfig.types.json'].some((file) => statSync(join(root, file)).mtimeMs > builtAt);
}

function listFiles(folder) {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildDist();
