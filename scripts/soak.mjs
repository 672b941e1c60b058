// `npm run soak [-- --minutes 5 --seed 1]`: omniroute is killed at random points for this long. Ends with 1 at the first thing that is not as promised.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildDist, isStale } from './build.mjs';
import { root, testOptions } from './build-options.mjs';

process.chdir(root);
if (isStale()) await buildDist();
process.env.OMNIROUTE_BIN ??= join(root, 'dist/bin/omniroute.js');
const out = join(root, 'node_modules', '.cache', `omniroute-soak-${process.pid}`);
mkdirSync(out, { recursive: true });
try {
  await build(testOptions(['test/soak/soak.ts'], out));
  const { soak } = await import(pathToFileURL(join(out, 'soak/soak.mjs')).href);
  process.exitCode = await soak(process.argv.slice(2));
} finally {
  rmSync(out, { recursive: true, force: true });
}
