import { renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../control/private-folder.ts';
import { projectPointer } from '../control/project-pointer.ts';
import type { Workplace } from './workplace.ts';

/** So that `ps` finds this supervisor from the file's path alone. It stays: `logs` reads a dead project too. */
export function writePointer([main]: readonly string[], place: Workplace): void {
  const path = main === undefined ? null : projectPointer(main, process.env);
  if (path === null) return;
  const folder = dirname(path);
  const pointer = { stateDir: place.stateDir, name: place.project, socket: place.runtime.socket, pid: process.pid };
  try {
    // One by one: made recursively, a folder in /proc would be tried for ever.
    for (const each of [dirname(folder), folder]) makePrivateFolder(each);
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(pointer), { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
  } catch (error) {
    // A full or read-only runtime folder: commands then read the project file, which takes them longer.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  }
}
