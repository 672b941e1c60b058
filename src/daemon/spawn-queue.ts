type Task = () => void | Promise<void>;

/**
 * One task after another, with a turn of the event loop between two: fork blocks, and probes and output must not wait for a hundred.
 * First everything is spawned, then told of, then written down: making a file takes a disk as long as starting a process.
 */
export class SpawnQueue {
  readonly #queues: Readonly<Record<'spawn' | 'tell' | 'note', Task[]>> = { spawn: [], tell: [], note: [] };
  #running = false;

  /** Each resolves when the task has been carried out, and rejects as it does. */
  spawn(task: Task): Promise<void> {
    return this.#append(this.#queues.spawn, task);
  }

  tell(task: Task): Promise<void> {
    return this.#append(this.#queues.tell, task);
  }

  note(task: Task): Promise<void> {
    return this.#append(this.#queues.note, task);
  }

  #append(queue: Task[], task: Task): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push(async () => {
        try {
          resolve(await task());
        } catch (error) {
          reject(error);
        }
      });
      if (this.#running) return;
      this.#running = true;
      // What is to be spawned may be ordered in this very turn.
      if (queue === this.#queues.spawn) void this.#run();
      else setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    for (let next = this.#next(); next; next = this.#next()) {
      await next();
      if (Object.values(this.#queues).some((queue) => queue.length > 0)) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
  }

  #next(): Task | undefined {
    const { spawn, tell, note } = this.#queues;
    return spawn.shift() ?? tell.shift() ?? note.shift();
  }
}
