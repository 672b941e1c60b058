// Server-sent events, the sending side.

import type { Call } from './call.ts';
import { Feed } from './feed.ts';
import { DROPPED_EVENT } from './protocol.ts';

/** So that whatever stands between, and a connection whose other end is gone without a word, is noticed. */
const HEARTBEAT_MS = 15_000;

export interface SentEvent {
  readonly data: unknown;
  readonly id?: number;
  readonly event?: string;
}

/** JSON has no raw newline, so an event's data is one line. */
export function formatEvent({ data, id, event }: SentEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** The streams that are open, so that the end of the supervisor ends them. */
export class OpenFeeds {
  readonly #feeds = new Set<Feed>();

  /** Begins an answer that goes on. */
  open(call: Call, contentType: string, onClose: () => void): Feed {
    const message = 'the reader was too slow; resume after the last entry it got';
    const feed: Feed = new Feed(call.beginStream({ 'content-type': contentType, 'x-accel-buffering': 'no' }), {
      droppedText: formatEvent({ event: DROPPED_EVENT, data: { message } }),
      onClose: () => {
        this.#feeds.delete(feed);
        onClose();
      },
    });
    this.#feeds.add(feed);
    // Who asks for the headers alone gets no more.
    if (call.method === 'HEAD') feed.finish();
    return feed;
  }

  /** Of events: kept alive by comments, which readers skip. */
  openEvents(call: Call, onClose: () => void): Feed {
    const beat = setInterval(() => feed.isIdle && feed.push(': alive\n\n'), HEARTBEAT_MS).unref();
    const feed = this.open(call, 'text/event-stream', () => {
      clearInterval(beat);
      onClose();
    });
    return feed;
  }

  /** Readers get what waits for them. */
  finishAll(): void {
    for (const feed of this.#feeds) feed.finish();
  }
}

export function wantsEvents(call: Call): boolean {
  return (call.header('accept') ?? '').includes('text/event-stream');
}
