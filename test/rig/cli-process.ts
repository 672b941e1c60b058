// One run of the built executable, with its output kept and told as it comes.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { within } from './within.ts';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Run as a shell runs it, instead of what was built. */
  readonly executable?: string | null;
  /** A file that its stdout goes to, and is not kept then. */
  readonly stdoutFile?: string;
}

/** A command as it is started; `executable`: see CliOptions. */
export function cliCommand(args: readonly string[], executable: string | null = null): [program: string, ...words: string[]] {
  if (executable !== null) return [executable, ...args];
  const bin = resolve(process.env['OMNIROUTE_BIN'] ?? 'dist/bin/omniroute.js');
  return [process.env['OMNIROUTE_NODE'] ?? process.execPath, bin, ...args];
}

export class CliProcess {
  readonly args: readonly string[];
  readonly exited: Promise<Finished>;
  readonly #child: ChildProcess;
  readonly #changed = new Set<() => void>();
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], { cwd, env, executable = null, stdoutFile }: CliOptions) {
    this.args = args;
    const [program, ...words] = cliCommand(args, executable);
    const file = stdoutFile === undefined ? null : openSync(stdoutFile, 'w');
    this.#child = spawn(program, words, { cwd, env, stdio: ['ignore', file ?? 'pipe', 'pipe'] });
    if (file !== null) closeSync(file);
    this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => this.#collect({ stdout: chunk }));
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => this.#collect({ stderr: chunk }));
    this.exited = new Promise((done, fail) => {
      this.#child.once('error', fail);
      // `close` and not `exit`: the last words count, and a daemon that kept the pipe open would hang every script that reads `up -d`.
      this.#child.once('close', (code, signal) => done({ code, signal, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get output(): string {
    return this.#stdout + this.#stderr;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The end, within the time that anything may take. */
  finished(): Promise<Finished> {
    return within(() => `the end of \`omniroute ${this.args.join(' ')}\`, which printed:\n${this.output}`, this.exited);
  }

  /** The first match in what it prints, on either stream. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((done, fail) => {
      const look = (): void => {
        const match = pattern.exec(this.output);
        if (match === null) return;
        this.#changed.delete(look);
        done(match);
      };
      this.#changed.add(look);
      look();
      this.exited.then(
        () => fail(new Error(`\`omniroute ${this.args.join(' ')}\` ended without printing ${pattern}:\n${this.output}`)),
        fail,
      );
    });
    return within(() => `${pattern} in:\n${this.output}`, found);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  #collect({ stdout = '', stderr = '' }): void {
    this.#stdout += stdout;
    this.#stderr += stderr;
    for (const look of this.#changed) look();
  }
}
