// Of which tool a file is: told by its name, else by what stands in it.
import { child, type Tree } from '../config/tree.ts';

export const SOURCE_KINDS = ['procfile', 'pm2', 'process-compose', 'compose', 'package-json'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

const NAMES: readonly (readonly [RegExp, SourceKind])[] = [
  [/^procfile(\..+)?$|\.procfile$/i, 'procfile'],
  [/^package\.json$/, 'package-json'],
  [/^(.*[._-])?(ecosystem|pm2)([._-].*)?\.(json5?|ya?ml|[cm]?js)$|^processe?s?\.json$|\.config\.[cm]?js$/i, 'pm2'],
  [/^process-compose.*\.ya?ml$/i, 'process-compose'],
  [/^(docker-)?compose.*\.ya?ml$/i, 'compose'],
];

/** By the name of the file, without its folder; null where it says nothing. */
export function kindOfName(name: string): SourceKind | null {
  return NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

const KEYS: readonly (readonly [string, SourceKind])[] = [
  ['apps', 'pm2'],
  ['processes', 'process-compose'],
  ['services', 'compose'],
  ['scripts', 'package-json'],
  ['script', 'pm2'],
];

/** By the first key that only one of them has. */
export function kindOfContent(root: Tree): SourceKind | null {
  if (root.kind === 'list') return child(root.items[0], 'script') ? 'pm2' : null;
  return KEYS.find(([key]) => child(root, key))?.[1] ?? null;
}

/** JavaScript is run to be read. */
export function isScript(path: string): boolean {
  return /\.[cm]?js$/.test(path);
}
