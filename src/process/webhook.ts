// One POST of JSON, told in one word: taken, or why not, and whether trying again may help.
import type { ClientRequest, IncomingMessage } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { describeError } from './probe-network.ts';
import { describeTimeout } from './timeout.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** Of the whole attempt. */
  readonly timeoutMs: number;
  /** Lets go of it at once. */
  readonly abort: AbortSignal;
}

/** `isFinal`: the same would be answered the next time. */
export interface DeliveryFailure {
  readonly reason: string;
  readonly isFinal: boolean;
}

/** Of an answer nobody reads. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Too early, too many, too slow: no judgement of what was sent. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Null: answered with 2xx. The certificate of an https address must be good. */
export async function postJson({ url, headers, body, timeoutMs, abort }: WebhookRequest): Promise<DeliveryFailure | null> {
  const target = new URL(url);
  // Loaded when first asked for: TLS costs memory that most projects never need.
  const { request } = target.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const content = { 'content-type': 'application/json', 'user-agent': 'omniroute', ...lowerCased(headers) };
  const length = { 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  return new Promise((resolve) => {
    const outgoing = request({ ...urlToHttpOptions(target), method: 'POST', headers: { ...content, ...length }, agent: false });
    const end = (failure: DeliveryFailure | null): void => {
      clearTimeout(timer);
      abort.removeEventListener('abort', onAbort);
      outgoing.destroy();
      resolve(failure);
    };
    const onAbort = (): void => end({ reason: 'omniroute ended', isFinal: true });
    const timer = setTimeout(() => end({ reason: describeTimeout(timeoutMs), isFinal: false }), timeoutMs);
    abort.addEventListener('abort', onAbort);
    // First: a request that is let go of has an error too.
    awaitAnswer(outgoing, end);
    if (abort.aborted) return onAbort();
    outgoing.end(body);
  });
}

function awaitAnswer(outgoing: ClientRequest, end: (failure: DeliveryFailure | null) => void): void {
  let judged: { readonly failure: DeliveryFailure | null } | null = null;
  // What goes wrong after the judgement does not change it.
  const settle = (failure: DeliveryFailure | null): void => end(judged === null ? failure : judged.failure);
  outgoing.on('error', (error) => settle({ reason: describeError(error), isFinal: false }));
  outgoing.once('response', (response: IncomingMessage) => {
    judged = { failure: judge(response.statusCode as number) };
    let bytes = 0;
    response.on('error', () => settle(null));
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) settle(null);
    });
    response.once('end', () => settle(null));
  });
}

function judge(status: number): DeliveryFailure | null {
  if (status >= 200 && status < 300) return null;
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  return { reason: `HTTP ${status}${redirect}`, isFinal: status < 500 && !PASSING.has(status) };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
