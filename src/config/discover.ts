import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NAMES = ['omniroute.yaml', 'omniroute.yml', 'omniroute.json'];

/** The nearest project file in `from` or a folder above it. */
export function findProjectFile(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    if (folder === dirname(folder)) return null;
  }
}
