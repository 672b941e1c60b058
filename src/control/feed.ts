// The body of an answer that goes on: text in at any pace, out at the reader's, with a bound on what waits between.

/** What may wait for a slow reader. */
export const MAX_BACKLOG_BYTES = 1024 * 1024;
/** A reader that was dropped has this long to take what is under way to it. */
const FAREWELL_MS = 10_000;
/** Written at once. */
const CHUNK_BYTES = 64 * 1024;

export interface FeedOptions {
  /** Sent as the last thing to a reader that was too slow. */
  readonly droppedText: string;
  /** The reader has gone, or the feed was finished and read. */
  readonly onClose: () => void;
  /** Breaks the connection. */
  readonly breakOff: () => void;
}

export class Feed {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #options: FeedOptions;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  /** Part of the queue that the bound does not concern: it was in memory anyway. */
  #exemptBytes = 0;
  #phase: 'open' | 'finishing' | 'closed' = 'open';
  #wakeReader: () => void = () => undefined;
  #wakeWriters: (() => void)[] = [];
  #farewell: NodeJS.Timeout | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    const source = {
      pull: (controller: ReadableStreamDefaultController<Uint8Array>) => this.#pull(controller),
      cancel: () => this.#close(),
    };
    // Nothing is taken from the queue before the connection can have it.
    this.stream = new ReadableStream(source, { highWaterMark: 0 });
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** Nobody has to wait for the reader. */
  get isIdle(): boolean {
    return this.#queuedBytes === 0;
  }

  /** Adds text that was kept before the reader came. */
  replay(text: string): void {
    if (this.#phase === 'open') this.#exemptBytes += this.#add(text);
  }

  /** Adds text; past MAX_BACKLOG_BYTES the reader is dropped: what waits is thrown away, and it is told so. */
  push(text: string): void {
    if (this.#phase !== 'open') return;
    this.#add(text);
    if (this.#queuedBytes - this.#exemptBytes <= MAX_BACKLOG_BYTES) return;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.finish(this.#options.droppedText);
    this.#farewell = setTimeout(this.#options.breakOff, FAREWELL_MS).unref();
  }

  /** Resolves when the reader has taken most of what was pushed, or has gone: a writer that waits for it is never dropped. */
  room(): Promise<void> {
    if (this.#phase !== 'open' || this.#queuedBytes < CHUNK_BYTES) return Promise.resolve();
    return new Promise((resolve) => this.#wakeWriters.push(resolve));
  }

  /** The reader still gets what waits, and `lastText`. */
  finish(lastText = ''): void {
    if (this.#phase !== 'open') return;
    if (lastText !== '') this.#add(lastText);
    this.#phase = 'finishing';
    this.#wakeReader();
    this.#wake();
  }

  #add(text: string): number {
    const bytes = Buffer.from(text);
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#wakeReader();
    return bytes.length;
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#queue.length === 0 && this.#phase === 'open') {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    if (this.#phase === 'closed') return;
    if (this.#queue.length > 0) return controller.enqueue(this.#takeChunk());
    controller.close();
    this.#close();
  }

  #takeChunk(): Uint8Array {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && bytes < CHUNK_BYTES) bytes += (this.#queue[count++] as Buffer).length;
    const chunk = Buffer.concat(this.#queue.splice(0, count));
    this.#queuedBytes -= bytes;
    this.#exemptBytes = Math.max(0, this.#exemptBytes - bytes);
    if (this.#queuedBytes < CHUNK_BYTES) this.#wake();
    return chunk;
  }

  #wake(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake();
  }

  #close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#queue = [];
    clearTimeout(this.#farewell);
    this.#wakeReader();
    this.#wake();
    this.#options.onClose();
  }
}
