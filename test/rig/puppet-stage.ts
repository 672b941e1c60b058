// The socket that puppets connect to. Runs wait here, in the order they came, until the test asks for them.
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type Hello, PuppetRun } from './puppet-run.ts';
import { within } from './within.ts';

export interface Puppet {
  /** The next run that the test has not seen yet, as soon as it has announced itself. */
  nextRun(): Promise<PuppetRun>;
}

interface Queue {
  readonly runs: PuppetRun[];
  readonly waiters: ((run: PuppetRun) => void)[];
}

export class PuppetStage {
  readonly path: string;
  readonly runs: PuppetRun[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #queues = new Map<string, Queue>();

  private constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  static async open(path: string): Promise<PuppetStage> {
    const stage = new PuppetStage(path);
    await new Promise<void>((resolve, reject) => stage.#server.once('error', reject).listen(path, resolve));
    return stage;
  }

  puppet(name: string): Puppet {
    return { nextRun: () => within(() => `a new run of puppet ${name}`, this.#next(name)) };
  }

  /** Puppets end when the stage closes. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A puppet that is killed resets its connection: `close` follows and says all that matters.
    socket.on('error', () => {});
    let run: PuppetRun | null = null;
    createInterface({ input: socket }).on('line', (line) => {
      const message = JSON.parse(line);
      if (run !== null) return run.hear(message);
      const hello = message as Hello;
      run = new PuppetRun(hello, socket, (name) => within(() => `the grandchild ${name}`, this.#next(name)));
      this.#arrive(hello.name, run);
    });
  }

  #arrive(name: string, run: PuppetRun): void {
    this.runs.push(run);
    const { waiters, runs } = this.#queue(name);
    const waiter = waiters.shift();
    if (waiter) waiter(run);
    else runs.push(run);
  }

  #next(name: string): Promise<PuppetRun> {
    const { waiters, runs } = this.#queue(name);
    const run = runs.shift();
    return run ? Promise.resolve(run) : new Promise((resolve) => waiters.push(resolve));
  }

  #queue(name: string): Queue {
    const queue = this.#queues.get(name) ?? { runs: [], waiters: [] };
    this.#queues.set(name, queue);
    return queue;
  }
}
