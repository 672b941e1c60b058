import { renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../control/private-folder.ts';
import { type ProjectPointer, projectPointer, readProjectPointer } from '../control/project-pointer.ts';
import type { ProjectSpec } from '../spec.ts';
import { findHolder } from './lock.ts';
import type { Workplace } from './workplace.ts';

/** So that `ps` finds this supervisor from the file's path alone. It stays: `logs` reads a dead project too. */
export function writePointer(files: readonly string[], place: Workplace): void {
  const [main] = files;
  const path = main === undefined ? null : projectPointer(main, process.env);
  if (path === null) return;
  const folder = dirname(path);
  const pointer: ProjectPointer = { files, stateDir: place.stateDir, name: place.project, socket: place.runtime.socket, pid: process.pid };
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

/** In words who runs the project of these files already, with another state folder than they name by now; null: nobody. */
export function describeElsewhere(files: readonly string[], { name, stateDir }: ProjectSpec): string | null {
  const [main] = files;
  const pointer = main === undefined ? null : readProjectPointer(main, process.env);
  // With a name of its own as well it is meant to be another project.
  if (pointer === null || pointer.stateDir === stateDir || pointer.name !== name) return null;
  const pid = JSON.stringify(pointer.files) === JSON.stringify(files) ? findHolder(pointer.stateDir) : null;
  if (pid === null) return null;
  const advice = `take \`state_dir\` back, or stop that one first: \`omniroute -f ${main} down\``;
  return `omniroute ${pid} runs this project already, with its state in ${pointer.stateDir} and not in ${stateDir}: ${advice}`;
}
