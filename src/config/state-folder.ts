import { statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface StateFolderProblem {
  readonly message: string;
  /** To be moved away. */
  readonly file: string;
}

/** A file where the state folder, or a folder on the way to it, should be; null: there is none. */
export function findFileInPlace(stateDir: string): StateFolderProblem | null {
  const file = findFileOnTheWay(stateDir);
  if (file === null) return null;
  const what = file === stateDir ? 'a file, not a folder' : `inside ${file}, which is a file`;
  return { message: `the state folder ${stateDir} is ${what}`, file };
}

function findFileOnTheWay(path: string): string | null {
  try {
    return statSync(path).isDirectory() ? null : path;
  } catch {
    return dirname(path) === path ? null : findFileOnTheWay(dirname(path));
  }
}
