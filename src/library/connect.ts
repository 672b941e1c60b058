import { resolve } from 'node:path';
import { createClient } from './client.ts';
import { unwrap } from './failure.ts';
import { locateProject } from './locate-project.ts';
import type { ProjectClient } from './project-client.ts';
import type { Surroundings } from './project-files.ts';

/** Which project is meant. Neither `file` nor `dir`: OMNIROUTE_FILE, else the nearest project file upwards from the working directory. */
export interface ProjectOptions {
  /** Several are merged in order, a later one wins. */
  readonly file?: string | readonly string[];
  /** Where to look for `omniroute.yaml`, upwards from there. */
  readonly dir?: string;
}

export interface ConnectOptions extends ProjectOptions {
  /** Who asks, as `why` will tell: a word or a few. Default: `library`. */
  readonly actor?: string;
}

/**
 * The client of a project, whether or not it runs. Rejects with an OmnirouteError: `no-file`; `invalid-file`, only where the project
 * was never up, as else its file need not be read.
 */
export async function connect({ actor = 'library', ...options }: ConnectOptions = {}): Promise<ProjectClient> {
  const surroundings = surroundingsOf(options);
  return createClient(unwrap(await locateProject(surroundings)), surroundings, actor);
}

export function surroundingsOf({ file = [], dir }: ProjectOptions): Surroundings {
  const files = typeof file === 'string' ? [file] : file;
  const { OMNIROUTE_FILE, ...env } = process.env;
  // A folder that is named is meant, whatever the environment says.
  return { files, env: dir === undefined ? { ...env, OMNIROUTE_FILE } : env, cwd: resolve(dir ?? '') };
}
