// The daemon: puts the core, the operating system and the control API together, and lives until everything is down.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { makePrivateFolder } from '../control/private-folder.ts';
import { projectPointer } from '../control/project-pointer.ts';
import { linkSocket, unlinkSocket } from '../control/socket-link.ts';
import { type Boot, boot } from './boot.ts';
import { Daemon } from './daemon.ts';
import type { DaemonOptions, DaemonResult } from './options.ts';
import { keepOwnOutput } from './own-output.ts';
import { ProjectFile } from './project-file.ts';
import { serviceFolder } from './workplace.ts';

// V8 doubles its nursery while a project is loaded and never gives it back: 24 MiB with 500 services. As it begins, it is enough.
const SMALL_NURSERY = '--semi-space-growth-factor=1';

/** Runs a project until it is down. A mistake of the user is a result, told before anything was started. */
export async function runDaemon(options: DaemonOptions): Promise<DaemonResult> {
  setFlagsFromString(SMALL_NURSERY);
  const { recovery, maxRestarts } = options;
  const file = new ProjectFile(options.files, { recovery, maxRestarts });
  const booted = await boot({ ...options, file });
  if (booted.type !== 'ready') return booted;
  const { stateDir, socket } = booted.place;
  try {
    writePointer(options.files, booted);
    linkSocket(stateDir, socket);
    if (options.mode === 'detached') keepOwnOutput(serviceFolder(booted.place, 'supervisor'));
    return await new Daemon(options, file, booted).run();
  } finally {
    unlinkSocket(stateDir);
    rmSync(socket, { force: true });
    booted.lock.release();
  }
}

/** So that `ps` finds this supervisor from the file's path alone. It stays: `logs` reads a dead project too. */
function writePointer([main]: readonly string[], { place }: Boot): void {
  const path = main === undefined ? null : projectPointer(main, process.env);
  if (path === null) return;
  const folder = dirname(path);
  const pointer = { stateDir: place.stateDir, name: place.project, socket: place.socket, pid: process.pid };
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
