// Server-sent events, the receiving side: https://html.spec.whatwg.org/multipage/server-sent-events.html
import { StringDecoder } from 'node:string_decoder';

export interface ReceivedEvent {
  /** `message` where the server names none. */
  readonly event: string;
  readonly data: string;
}

/** Bytes in, cut anywhere; whole events out. Ids are not kept: an entry carries its own. */
export class SseParser {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #event = 'message';
  #data: string[] = [];

  /** The events that are complete with this chunk. An event that the end of the stream cuts off is not one. */
  *push(chunk: Uint8Array): Generator<ReceivedEvent> {
    const text = this.#rest + this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    let start = 0;
    for (let end = text.indexOf('\n', this.#rest.length); end !== -1; end = text.indexOf('\n', start)) {
      const event = this.#takeLine(text.slice(start, text[end - 1] === '\r' ? end - 1 : end));
      start = end + 1;
      if (event !== null) yield event;
    }
    this.#rest = text.slice(start);
  }

  #takeLine(line: string): ReceivedEvent | null {
    if (line === '') return this.#finish();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return null;
  }

  #finish(): ReceivedEvent | null {
    const event = this.#data.length === 0 ? null : { event: this.#event, data: this.#data.join('\n') };
    this.#event = 'message';
    this.#data = [];
    return event;
  }
}
