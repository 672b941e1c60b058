// One process that loads: this very executable, with a word of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { LoadAnswer, LoadOrder, LoadRequest } from './loader.ts';
import { LOADER_WORD } from './loader-word.ts';

/** The slowest file that is read at all, 4 MiB, takes some seconds. */
const DEADLINE_MS = 60_000;

/** In words why there is none, for a person. */
export class NoAnswer {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export class LoaderChild {
  readonly #child: ChildProcess;
  readonly #stdin: Socket;
  readonly #stdout: Socket;
  #chunks: string[] = [];
  #settle: ((answer: LoadAnswer | NoAnswer) => void) | null = null;
  /** It is over with this process. */
  #end: NoAnswer | null = null;

  /** `bin`: omniroute's executable. */
  constructor(bin: string, execArgv: readonly string[]) {
    // A session of its own: Ctrl-C is for the supervisor, which ends it by closing its standard input.
    this.#child = spawn(process.execPath, [...execArgv, bin, LOADER_WORD], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#stdin = this.#child.stdin as Socket;
    this.#stdout = this.#child.stdout as Socket;
    this.#child.on('error', (error) => this.#fail(`it could not be started: ${error.message}`));
    this.#child.on('exit', (code, signal) => this.#fail(signal === null ? `it ended with exit ${code}` : `it was killed by ${signal}`));
    // EPIPE: its end is told by 'exit'.
    this.#stdin.on('error', () => {});
    this.#stdout.setEncoding('utf8');
    this.#stdout.on('data', (chunk: string) => this.#receive(chunk));
    this.#unref();
  }

  /** Has it load ahead of the question. */
  prepare(request: LoadRequest): void {
    this.#order({ ...request, isAhead: true });
  }

  /** One question at a time. */
  async ask(request: LoadRequest): Promise<LoadAnswer | NoAnswer> {
    if (this.#end !== null) return this.#end;
    for (const handle of [this.#child, this.#stdin, this.#stdout]) handle.ref();
    const deadline = setTimeout(() => {
      this.#fail(`it had no answer within ${DEADLINE_MS / 1000}s`);
      this.#child.kill('SIGKILL');
    }, DEADLINE_MS).unref();
    try {
      return await new Promise((resolve) => {
        this.#settle = resolve;
        this.#order({ ...request, isAhead: false });
      });
    } finally {
      clearTimeout(deadline);
      this.#unref();
    }
  }

  get isUsable(): boolean {
    return this.#end === null;
  }

  /** It does not keep this process alive. */
  #unref(): void {
    for (const handle of [this.#child, this.#stdin, this.#stdout]) handle.unref();
  }

  /** Ends it, whatever it does: it owns nothing. Whoever still waits for an answer is going down, and gets none. */
  async end(): Promise<void> {
    this.#settle = null;
    if (this.#end === null) {
      this.#child.ref();
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    this.#stdin.destroy();
    this.#stdout.destroy();
  }

  #order(order: LoadOrder): void {
    this.#stdin.write(`${JSON.stringify(order)}\n`);
  }

  #receive(chunk: string): void {
    this.#chunks.push(chunk);
    if (!chunk.endsWith('\n')) return;
    const text = this.#chunks.join('');
    this.#chunks = [];
    this.#answer(JSON.parse(text) as LoadAnswer);
  }

  #fail(reason: string): void {
    this.#end ??= new NoAnswer(reason);
    this.#answer(this.#end);
  }

  #answer(answer: LoadAnswer | NoAnswer): void {
    this.#settle?.(answer);
    this.#settle = null;
  }
}
