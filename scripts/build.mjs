// Builds dist/: the executable, its chunks, and meta.json, which says what went where (for tests; not published).
import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { distOptions, root } from './build-options.mjs';

const META = join(root, 'dist', 'meta.json');

export async function buildDist() {
  const { metafile } = await build(distOptions());
  chmodSync(join(root, 'dist/bin/omniroute.js'), 0o755);
  // Written over in place, and cleaned afterwards: an omniroute that runs meanwhile finds its chunks for as long as they are current.
  for (const file of listFiles('dist')) if (!(file in metafile.outputs)) rmSync(join(root, file));
  writeFileSync(META, JSON.stringify(metafile));
}

/** Whether a source is newer than what was built last. */
export function isStale() {
  const builtAt = statSync(META, { throwIfNoEntry: false })?.mtimeMs;
  if (builtAt === undefined) return true;
  const sources = ['src', 'schemas', 'scripts'].flatMap(listFiles);
  return [...sources, 'package.json'].some((file) => statSync(join(root, file)).mtimeMs > builtAt);
}

function listFiles(folder) {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildDist();
