// One process of a puppet, seen from the test.
import type { Socket } from 'node:net';
import { identify, isAlive, type ProcessIdentity } from './leftovers.ts';

export interface Hello {
  readonly kind: 'puppet' | 'grandchild';
  readonly name: string;
  readonly pid: number;
  /** The value of OMNIROUTE_RUN. */
  readonly run: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Its arguments after the name. */
  readonly argv: readonly string[];
}

export interface GrandchildOptions {
  /** A session and group of its own. */
  readonly setsid?: boolean;
  /** Its parent leaves at once, so that it belongs to init. */
  readonly doubleFork?: boolean;
  readonly clearEnv?: boolean;
  /** Keeps the puppet's standard output open. */
  readonly holdStdout?: boolean;
  readonly ignoreTerm?: boolean;
  /** Ends on SIGTERM, and writes so into the file `told` in its folder. */
  readonly tellTerm?: boolean;
}

type Answer =
  | { readonly type: 'done'; readonly id: number; readonly result?: unknown; readonly problem?: string }
  | { readonly type: 'signal'; readonly signal: string };

export class PuppetRun {
  readonly hello: Hello;
  readonly identity: ProcessIdentity | null;
  /** Resolves when the process is gone, or has closed its connection. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly #signals: string[] = [];
  readonly #signalWaiters: (() => void)[] = [];
  readonly #nextGrandchild: (name: string) => Promise<PuppetRun>;
  #lastId = 0;
  #over = false;

  constructor(hello: Hello, socket: Socket, nextGrandchild: (name: string) => Promise<PuppetRun>) {
    this.hello = hello;
    this.identity = identify(hello.pid);
    this.#socket = socket;
    this.#nextGrandchild = nextGrandchild;
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
    void this.ended.then(() => {
      this.#over = true;
      for (const { reject } of this.#pending.values()) reject(new Error(`${hello.name} (pid ${hello.pid}) has ended before it answered`));
    });
  }

  get pid(): number {
    return this.hello.pid;
  }

  /** Number of the run as omniroute counts; null where it was not omniroute that started it. */
  get run(): number | null {
    return this.hello.run === null ? null : Number(this.hello.run.split('/').at(-2));
  }

  get alive(): boolean {
    return this.identity !== null && isAlive(this.identity);
  }

  /** Signals that arrived while they were trapped. */
  get signals(): readonly string[] {
    return this.#signals;
  }

  hear(answer: Answer): void {
    if (answer.type === 'signal') {
      this.#signals.push(answer.signal);
      for (const wake of this.#signalWaiters.splice(0)) wake();
      return;
    }
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.problem === undefined) pending?.resolve(answer.result);
    else pending?.reject(new Error(`${this.hello.name}: ${answer.problem}`));
  }

  /** Resolves once the bytes are in the pipe, or it has ended: what it prints may be what it is ended for, before it can say that it has. */
  async print(text: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    await this.#askLast('print', { text, stream });
  }

  async exit(code: number): Promise<void> {
    await this.#askLast('exit', { code });
  }

  /** Ends by a signal to itself. */
  async raise(signal: string): Promise<void> {
    await this.#askLast('raise', { signal });
    await this.ended;
  }

  /** From now on the signal does not end it, but is told by `trapped`. */
  async trap(signal: string): Promise<void> {
    await this.#ask('trap', { signal });
  }

  /** Resolves once the signal has arrived. */
  async trapped(signal: string): Promise<void> {
    while (!this.#signals.includes(signal))
      await Promise.race([new Promise<void>((resolve) => this.#signalWaiters.push(resolve)), this.#failAtEnd(signal)]);
  }

  async spawnGrandchild(options: GrandchildOptions = {}): Promise<PuppetRun> {
    const name = `${this.hello.name}+${this.hello.pid}.${this.#lastId}`;
    const announced = this.#nextGrandchild(name);
    await this.#ask('spawnGrandchild', { ...options, setsid: options.setsid ?? false, name });
    return announced;
  }

  /** An HTTP server; returns its port. */
  async listen(port: number, { status = 200, host = '127.0.0.1' } = {}): Promise<number> {
    await this.answer(status);
    return (await this.#ask('listen', { port, host })) as number;
  }

  /** What its HTTP server answers from now on. */
  async answer(status: number): Promise<void> {
    await this.#ask('answer', { status });
  }

  /** Resolves once it has the memory, or was ended for it. */
  async allocate(bytes: number): Promise<void> {
    await this.#askLast('allocate', { bytes });
  }

  /** From now on it does nothing at all, not even answer. */
  async hang(): Promise<void> {
    await this.#ask('hang', {});
  }

  /** What may be the last that it does: done when it has said so, or has ended. */
  async #askLast(act: string, rest: object): Promise<void> {
    const wasOver = this.#over;
    await this.#ask(act, rest).catch((error: unknown) => {
      if (wasOver || !this.#over) throw error;
    });
  }

  #ask(act: string, rest: object): Promise<unknown> {
    if (this.#over) return Promise.reject(new Error(`${this.hello.name} (pid ${this.pid}) has ended`));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ id, act, ...rest })}\n`);
    });
  }

  async #failAtEnd(signal: string): Promise<never> {
    await this.ended;
    throw new Error(`${this.hello.name} (pid ${this.pid}) ended before ${signal} arrived`);
  }
}
