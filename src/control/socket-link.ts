// From the state folder to the socket that is listened at: a client with another environment (cron, su, ssh) would look for it in
// another runtime folder. It stays when the supervisor is killed: the pipes of the services that live on are in that folder too.
import { existsSync, lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { distrustFolder } from './private-folder.ts';
import { isRuntimeFolderOf, type RuntimeFolder } from './socket-path.ts';

function linkPath(stateDir: string): string {
  return join(stateDir, 'supervisor', 'control.sock');
}

/** Also for people and curl. */
export function linkSocket(stateDir: string, socket: string): void {
  try {
    rmSync(linkPath(stateDir), { force: true });
    symlinkSync(socket, linkPath(stateDir));
  } catch (error) {
    // A full disk, or a file system without links: whoever has our environment finds the socket all the same.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  }
}

export function unlinkSocket(stateDir: string): void {
  rmSync(linkPath(stateDir), { force: true });
}

/** Where the supervisor that listened at `known` does so now: its runtime folder may have been lost meanwhile, and made elsewhere. */
export function currentSocket<Known extends string | null>(stateDir: string, known: Known): string | Known {
  // Most often it is there still, and whose folder that is need not be found out: what hashes takes milliseconds to load.
  const isThere = nullUnlessThere(() => readlinkSync(linkPath(stateDir)) === known);
  return isThere ? known : (linkedRuntimeFolder(stateDir)?.socket ?? known);
}

/** The runtime folder of the supervisor that runs, or was killed; null: none, not to be trusted, or that of a folder this one was copied from. */
export function linkedRuntimeFolder(stateDir: string): RuntimeFolder | null {
  const uid = process.getuid?.() ?? 0;
  return nullUnlessThere(() => {
    if (lstatSync(linkPath(stateDir)).uid !== uid) return null;
    const socket = readlinkSync(linkPath(stateDir));
    const folder = dirname(socket);
    const isOurs = isRuntimeFolderOf(stateDir, folder) && distrustFolder(folder, uid) === null;
    return isOurs && existsSync(folder) ? { folder, socket } : null;
  });
}

function nullUnlessThere<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return null;
  }
}
