// The daemon: puts the core, the operating system and the control API together, and lives until everything is down.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { projectPointer } from '../control/project-pointer.ts';
import type { ProjectSnapshot, RecordedEntry } from '../control/protocol.ts';
import type { LogStream } from '../spec.ts';
import { type Boot, type BootFailure, boot } from './boot.ts';
import { Daemon } from './daemon.ts';
import { keepOwnOutput } from './own-output.ts';
import { ProjectFile } from './project-file.ts';
import { serviceFolder } from './workplace.ts';

export interface DaemonOptions {
  /** Absolute; merged in order. */
  readonly files: readonly string[];
  /** Empty: those of no profile and of `profiles`. */
  readonly services: readonly string[];
  readonly profiles: readonly string[];
  readonly withDependencies: boolean;
  /** Only takes over what outlived the supervisor before: nothing is started. */
  readonly takesOver: boolean;
  readonly recovery: boolean;
  readonly maxRestarts: number | null;
  /** Reload on save, unless the file says otherwise. */
  readonly watch: boolean;
  readonly listen: { readonly host: string; readonly port: number; readonly token: string } | null;
  readonly mode: 'foreground' | 'detached';
  readonly observer: DaemonObserver;
}

/** Who watches: the terminal in the foreground, the waiting `up -d` otherwise. */
export interface DaemonObserver {
  /** The control socket answers; services may still be starting. */
  onListening?(socket: string): void;
  onEntry?(entry: RecordedEntry): void;
  /** A whole line that a service printed; without it no line is ever split off. */
  onLine?(line: { readonly service: string; readonly stream: LogStream; readonly text: string }): void;
  /** Before the first service starts. */
  onStart?(handle: DaemonHandle): void;
}

export interface DaemonHandle {
  snapshot(): ProjectSnapshot;
}

export type DaemonResult =
  /** `signal`: what asked for the end, to be raised again. */
  { readonly type: 'ended'; readonly exitCode: number; readonly signal: NodeJS.Signals | null } | BootFailure;

/** Runs a project until it is down. A mistake of the user is a result, told before anything was started. */
export async function runDaemon(options: DaemonOptions): Promise<DaemonResult> {
  const { recovery, maxRestarts } = options;
  const file = new ProjectFile(options.files, { recovery, maxRestarts });
  const booted = await boot({ ...options, file });
  if (booted.type !== 'ready') return booted;
  try {
    writePointer(options.files, booted);
    if (options.mode === 'detached') keepOwnOutput(serviceFolder(booted.place, 'supervisor'));
    return await new Daemon(options, file, booted).run();
  } finally {
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
