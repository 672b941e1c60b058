// The body of an answer that goes on: text in at any pace, out at the reader's, with a bound on what waits between.

import type { ServerResponse } from 'node:http';

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
}

export class Feed {
  readonly #outgoing: ServerResponse;
  readonly #options: FeedOptions;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  /** Part of the queue that the bound does not concern: it was in memory anyway. */
  #exemptBytes = 0;
  #phase: 'open' | 'finishing' | 'closed' = 'open';
  /** What was written last has not left yet. */
  #isFull = false;
  #isPumping = false;
  #wakeWriters: (() => void)[] = [];
  #farewell: NodeJS.Timeout | undefined;

  /** `outgoing`: an answer whose headers are sent. */
  constructor(outgoing: ServerResponse, options: FeedOptions) {
    this.#outgoing = outgoing;
    this.#options = options;
    outgoing.on('drain', () => {
      this.#isFull = false;
      this.#pump();
    });
    outgoing.on('close', () => this.#close());
    // A reader that has gone is told by 'close'.
    outgoing.on('error', () => {});
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
    this.#farewell = setTimeout(() => this.#outgoing.destroy(), FAREWELL_MS).unref();
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
    this.#pumpSoon();
    this.#wake();
  }

  #add(text: string): number {
    const bytes = Buffer.from(text);
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#pumpSoon();
    return bytes.length;
  }

  /** Once for all that is pushed in one go. */
  #pumpSoon(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  /** Nothing is taken from the queue before the connection can have it. */
  #pump(): void {
    while (!this.#isFull && this.#queue.length > 0) this.#isFull = !this.#outgoing.write(this.#takeChunk());
    if (this.#queue.length > 0 || this.#phase !== 'finishing') return;
    this.#outgoing.end();
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
    this.#wake();
    this.#options.onClose();
  }
}
