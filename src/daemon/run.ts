// The daemon: puts the core, the operating system and the control API together, and lives until everything is down.
import { rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { linkSocket, unlinkSocket } from '../control/socket-link.ts';
import { boot } from './boot.ts';
import { Daemon } from './daemon.ts';
import type { DaemonOptions, DaemonResult } from './options.ts';
import { keepOwnOutput } from './own-output.ts';
import { writePointer } from './pointer.ts';
import { ProjectFile } from './project-file.ts';
import { removeRuntimeRemains } from './runtime-remains.ts';
import { serviceFolder } from './workplace.ts';

// V8 doubles its nursery while a project is loaded and never gives it back: 24 MiB with 500 services. As it begins, it is enough.
const SMALL_NURSERY = '--semi-space-growth-factor=1';
// The optimizing compiler costs 7 MiB with 500 services, mostly pages of its own code. What is worth it, the way of output to the disk, is system calls.
const NO_OPTIMIZING = '--no-opt';

/** Runs a project until it is down. A mistake of the user is a result, told before anything was started. */
export async function runDaemon(options: DaemonOptions): Promise<DaemonResult> {
  try {
    return await supervise(options);
  } finally {
    await options.loader.rest();
  }
}

async function supervise(options: DaemonOptions): Promise<DaemonResult> {
  if (options.mode !== 'embedded') for (const flag of [SMALL_NURSERY, NO_OPTIMIZING]) setFlagsFromString(flag);
  const { recovery, maxRestarts } = options;
  const file = new ProjectFile(options.files, options.loader, { recovery, maxRestarts });
  const booted = await boot({ ...options, file });
  if (booted.type !== 'ready') return booted;
  const { place } = booted;
  let hasEnded = false;
  try {
    writePointer(options.files, place);
    linkSocket(place.stateDir, place.runtime.socket);
    if (options.mode === 'detached') keepOwnOutput(serviceFolder(place, 'supervisor'));
    const result = await new Daemon(options, file, booted).run();
    hasEnded = result.type === 'ended';
    return result;
  } finally {
    unlinkSocket(place.stateDir);
    rmSync(place.runtime.socket, { force: true });
    if (hasEnded) removeRuntimeRemains(place);
    booted.lock.release();
  }
}
