// Server-sent events, the sending side.

import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
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

  open(c: Context, onClose: () => void): Feed {
    const outgoing = (c.env as { readonly outgoing: ServerResponse }).outgoing;
    const message = 'the reader was too slow; resume after the last entry it got';
    const feed: Feed = new Feed({
      droppedText: formatEvent({ event: DROPPED_EVENT, data: { message } }),
      onClose: () => {
        this.#feeds.delete(feed);
        onClose();
      },
      breakOff: () => outgoing.destroy(),
    });
    this.#feeds.add(feed);
    return feed;
  }

  /** As `open`, kept alive by comments, which readers skip. */
  openEvents(c: Context, onClose: () => void): Feed {
    const beat = setInterval(() => feed.isIdle && feed.push(': alive\n\n'), HEARTBEAT_MS).unref();
    const feed = this.open(c, () => {
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

export function answerEvents(c: Context, feed: Feed): Response {
  return c.body(feed.stream, 200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
}

export function wantsEvents(c: Context): boolean {
  return (c.req.header('accept') ?? '').includes('text/event-stream');
}
