// The types of the library, for whoever imports it: what tsc declares of src/index.ts, and of nothing that it does not name.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './build-options.mjs';

const ENTRY = 'index.d.ts';
const SPECIFIER = /(from '|import\(')(\.[^']+)\.ts'/g;

/** Writes the declarations into a folder of the repository; the answer is their paths from its root. */
export function declareTypes(folder) {
  const emitted = mkdtempSync(join(tmpdir(), 'omniroute-types-'));
  try {
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.types.json', '--outDir', emitted], { cwd: root, stdio: 'inherit' });
    const texts = reachableFrom(ENTRY, (path) => readFileSync(join(emitted, path), 'utf8'));
    for (const [path, text] of texts) {
      mkdirSync(dirname(join(root, folder, path)), { recursive: true });
      writeFileSync(join(root, folder, path), text.replaceAll(SPECIFIER, "$1$2.js'"));
    }
    return [...texts.keys()].map((path) => join(folder, path));
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

function reachableFrom(entry, read) {
  const texts = new Map();
  const follow = (path) => {
    if (texts.has(path)) return;
    texts.set(path, read(path));
    for (const [, , target] of texts.get(path).matchAll(SPECIFIER)) follow(`${join(dirname(path), target)}.d.ts`);
  };
  follow(entry);
  return texts;
}
