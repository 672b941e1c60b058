import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectPointer } from '../control/project-pointer.ts';
import type { LocatedProject } from './locate-project.ts';
import type { Surroundings } from './project-files.ts';

/**
 * A text that is another one once a supervisor of the project has begun to start, or its files say something else. It costs a few looks at
 * files, where finding out whether a project runs may read YAML and search all processes.
 */
export function signsOfStart({ files, stateDir }: Pick<LocatedProject, 'files' | 'stateDir'>, env: Surroundings['env']): string {
  const folder = join(stateDir, 'supervisor');
  // Of a file behind a link both: the link may be pointed at another one.
  const watched = [projectPointer(files[0], env), join(folder, 'identity.json'), join(folder, 'control.sock'), ...files];
  return watched.map((path) => (path === null ? '' : `${markOf(path, lstatSync)} ${markOf(path, statSync)}`)).join('\n');
}

function markOf(path: string, look: typeof statSync): string {
  try {
    const { ino, size, mtimeMs } = look(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '-';
  }
}
