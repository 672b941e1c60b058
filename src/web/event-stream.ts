// Server-sent events out of a fetch: EventSource cannot send the token in a header, and reads on where the page is too slow.

export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/** Text in, cut anywhere; whole events out. */
export class EventParser {
  #rest = '';
  #event = 'message';
  #data: string[] = [];

  *push(text: string): Generator<StreamEvent> {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
      else if (line.startsWith('event:')) this.#event = line.slice(6).trim();
      else if (line === '') {
        if (this.#data.length > 0) yield { event: this.#event, data: this.#data.join('\n') };
        this.#event = 'message';
        this.#data = [];
      }
    }
  }
}

/** The events of an answer; whoever iterates slowly slows the sender down. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const parser = new EventParser();
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    // An answer that was broken off cannot be cancelled, and need not be.
    reader.cancel().catch(() => undefined);
  }
}
