// The service manager of this machine, as `boot` needs it.
import { spawnSync } from 'node:child_process';

export interface BootStarter {
  /** Of the file that tells it of the project. */
  readonly path: string;
  readonly text: string;
  /** Once the file is there; null, or why it did not work. */
  enable(): string | null;
  /** While the file is there still. */
  disable(): string | null;
  /** Everything because of which the project would not start at boot; empty: it will. */
  findProblems(): readonly string[];
  /** What starts it now, without a boot. */
  readonly startHint: string;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
  /** `$XDG_CONFIG_HOME`, else ~/.config. */
  readonly configHome: string;
}

export interface Ran {
  readonly command: string;
  /** Null: it could not be run, or not be waited for. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunProgram = (program: string, words: readonly string[]) => Ran;

const MAX_MS = 30_000;

export function runProgram(program: string, words: readonly string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    timeout: MAX_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { command: [program, ...words].join(' '), status: error ? null : status, stdout: stdout ?? '', stderr: error?.message ?? stderr };
}

/** Null where it ended well. */
export function problemOf({ command, status, stderr }: Ran): string | null {
  if (status === 0) return null;
  return `\`${command}\` failed${status === null ? '' : ` with ${status}`}: ${stderr.trim().split('\n').at(-1)}`;
}
