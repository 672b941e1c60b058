import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NAMES = ['omniroute.yaml', 'omniroute.yml', 'omniroute.json'];

/** The nearest project file in `from` or a folder above it. */
export function findProjectFile(from: string): string | null {
  return projectFilePaths(from).find((path) => existsSync(path)) ?? null;
}

/** Where a project file of `from` may be, the nearest first. */
export function projectFilePaths(from: string): string[] {
  const here = NAMES.map((name) => join(from, name));
  return from === dirname(from) ? here : [...here, ...projectFilePaths(dirname(from))];
}
