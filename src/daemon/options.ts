// What a supervisor is started with, who watches it, and how it ends.
import type { ProjectSnapshot, RecordedEntry } from '../control/protocol.ts';
import type { Loader } from '../loader/loader.ts';
import type { LogStream } from '../spec.ts';
import type { BootFailure, TakeOver } from './boot.ts';

export interface DaemonOptions {
  /** Omniroute's executable, for what must be done once it is dead. */
  readonly bin: string;
  /** Absolute; merged in order. */
  readonly files: readonly string[];
  /** Empty: those of no profile and of `profiles`. */
  readonly services: readonly string[];
  readonly profiles: readonly string[];
  readonly withDependencies: boolean;
  /** Null: `up`. */
  readonly takesOver: TakeOver | null;
  readonly recovery: boolean;
  readonly maxRestarts: number | null;
  /** Reload on save, unless the file says otherwise. */
  readonly watch: boolean;
  readonly listen: { readonly host: string; readonly port: number; readonly token: string } | null;
  /** Reads the files; at rest in the end. */
  readonly loader: Loader;
  /** `embedded`: inside another program, whose signals and uncaught errors are its own. */
  readonly mode: ProjectSnapshot['mode'];
  readonly observer: DaemonObserver;
}

/** Who watches: the terminal in the foreground, the waiting `up -d` otherwise. */
export interface DaemonObserver {
  /** The control socket answers; services may still be starting. `problem`: in words, why the address of `listen` does not. */
  onListening?(socket: string, problem: string | null): void;
  onEntry?(entry: RecordedEntry): void;
  /** A whole line that a service printed; without it no line is ever split off. */
  onLine?(line: { readonly service: string; readonly stream: LogStream; readonly text: string }): void;
  /** Before the first service starts. */
  onStart?(handle: DaemonHandle): void;
  /** A project of jobs alone is over when they are, but ends only after this: somebody wants to see how it went. */
  readonly released?: Promise<void>;
}

export interface DaemonHandle {
  snapshot(): ProjectSnapshot;
}

export type DaemonResult =
  /** `signal`: what asked for the end, to be raised again. */
  { readonly type: 'ended'; readonly exitCode: number; readonly signal: NodeJS.Signals | null } | BootFailure;
