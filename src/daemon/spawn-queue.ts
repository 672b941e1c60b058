type Task = () => void | Promise<void>;

/**
 * Spawns one after another, with a turn of the event loop between two: fork blocks, and probes and output must not wait for a hundred.
 * Whatever can wait until all run is done after that: making a file takes a disk as long as starting a process.
 */
export class SpawnQueue {
  readonly #spawns: Task[] = [];
  readonly #later: Task[] = [];
  #running = false;

  /** Resolves when this spawn has been carried out. */
  add(spawn: Task): Promise<void> {
    return this.#append(this.#spawns, spawn);
  }

  /** Resolves when this task has been carried out: nothing waited to be spawned any more. */
  addLater(task: Task): Promise<void> {
    return this.#append(this.#later, task);
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
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#next(); next; next = this.#next()) {
      await next();
      if (this.#spawns.length + this.#later.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
  }

  #next(): Task | undefined {
    return this.#spawns.shift() ?? this.#later.shift();
  }
}
