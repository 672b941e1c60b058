// One request to the control API and its answer. On node:http alone: a framework's Request and Response are Node's fetch, 12 MiB of the supervisor.
import type { IncomingMessage, ServerResponse } from 'node:http';

export class Call {
  readonly method: string;
  /** As it came, escapes and all. */
  readonly path: string;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #query: URLSearchParams;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    const url = incoming.url ?? '/';
    const at = url.indexOf('?');
    this.method = incoming.method ?? 'GET';
    this.path = at < 0 ? url : url.slice(0, at);
    this.#query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  header(name: string): string | undefined {
    const value = this.#incoming.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The first of this name. */
  query(name: string): string | undefined {
    return this.#query.get(name) ?? undefined;
  }

  queries(name: string): string[] {
    return this.#query.getAll(name);
  }

  /** Of each name the first. */
  allQueries(): Record<string, string> {
    return Object.fromEntries([...this.#query].reverse());
  }

  /** The body as text; null where it has more than `maxBytes`, which are never held. Read to its end, or whoever still sends would not hear the answer. */
  async readBody(maxBytes: number): Promise<string | null> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.#incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
    }
    return size > maxBytes ? null : Buffer.concat(chunks).toString('utf8');
  }

  setHeader(name: string, value: string): void {
    this.#outgoing.setHeader(name, value);
  }

  answerJson(value: unknown, status = 200): void {
    this.#answer(status, 'application/json', JSON.stringify(value));
  }

  answerText(text: string, contentType: string): void {
    this.#answer(200, contentType, text);
  }

  /** Headers now, the rest by whoever writes to what is returned. */
  beginStream(headers: Readonly<Record<string, string>>): ServerResponse {
    this.#outgoing.writeHead(200, headers);
    this.#outgoing.flushHeaders();
    return this.#outgoing;
  }

  /** An answer has begun: nothing but its end can be changed any more. */
  get hasBegun(): boolean {
    return this.#outgoing.headersSent;
  }

  breakOff(): void {
    this.#outgoing.destroy();
  }

  #answer(status: number, contentType: string, text: string): void {
    const body = Buffer.from(text);
    this.#outgoing.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
    this.#outgoing.end(body);
  }
}
