// The daemon: puts the core, the operating system and the control API together, and lives until everything is down.
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectPointer } from '../control/project-pointer.ts';
import { type Boot, boot } from './boot.ts';
import { Daemon } from './daemon.ts';
import type { DaemonOptions, DaemonResult } from './options.ts';
import { keepOwnOutput } from './own-output.ts';
import { ProjectFile } from './project-file.ts';
import { serviceFolder } from './workplace.ts';

/** Runs a project until it is down. A mistake of the user is a result, told before anything was started. */
export async function runDaemon(options: DaemonOptions): Promise<DaemonResult> {
  const { recovery, maxRestarts } = options;
  const file = new ProjectFile(options.files, { recovery, maxRestarts });
  const booted = await boot({ ...options, file });
  if (booted.type !== 'ready') return booted;
  const link = join(serviceFolder(booted.place, 'supervisor'), 'control.sock');
  try {
    writePointer(options.files, booted);
    linkSocket(link, booted.place.socket);
    if (options.mode === 'detached') keepOwnOutput(serviceFolder(booted.place, 'supervisor'));
    return await new Daemon(options, file, booted).run();
  } finally {
    rmSync(link, { force: true });
    booted.lock.release();
    rmSync(booted.place.socket, { force: true });
  }
}

/** So that `ps` finds this supervisor from the file's path alone. It stays: `logs` reads a dead project too. */
function writePointer([main]: readonly string[], { place }: Boot): void {
  const path = main === undefined ? null : projectPointer(main, process.env);
  if (path === null) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const pointer = { stateDir: place.stateDir, name: place.project, socket: place.socket, pid: process.pid };
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(pointer), { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
}

/** For people and curl: the way to the socket from the project's folder, wherever this machine has its runtime folders. */
function linkSocket(link: string, socket: string): void {
  try {
    rmSync(link, { force: true });
    symlinkSync(socket, link);
  } catch {
    // A file system without links: omniroute's own commands do not need it.
  }
}
