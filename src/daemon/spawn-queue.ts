/** Spawns one after another, with a turn of the event loop between two: fork blocks, and probes and output must not wait for a hundred. */
export class SpawnQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = false;

  /** Resolves when this spawn has been carried out. */
  add(spawn: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => spawn().then(resolve, reject));
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await next();
      if (this.#waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
  }
}
