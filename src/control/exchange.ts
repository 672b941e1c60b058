// One request to a supervisor over its socket, with node:http alone: a client starts in milliseconds or people notice.
import { existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { ACTOR_HEADER, PROTOCOL_HEADER, PROTOCOL_VERSION } from './protocol.ts';

/** Why there is no answer: a value, since a supervisor that is not there is an everyday case. */
export interface Unanswered {
  readonly ok: false;
  /** `not-running`: nobody listens. `timeout`: it listens and says nothing. `failed`: it broke off, or answered what is not known. */
  readonly reason: 'not-running' | 'timeout' | 'version-mismatch' | 'failed';
  readonly message: string;
}

export interface Exchange {
  readonly socketPath: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly accept: string;
  readonly body: string | null;
  /** Who asks, as `why` will tell. */
  readonly actor: string;
  /** For the answer's head; and for its body where that is read with `readBody`. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
}

export interface Reply {
  readonly ok: true;
  readonly status: number;
  /** Ends when the answer does, also where the supervisor died meanwhile. Must be read to the end, or `close` be called. */
  chunks(): AsyncGenerator<Buffer>;
  /** The whole body, within the time limit. */
  readBody(): Promise<{ readonly ok: true; readonly text: string } | Unanswered>;
  close(): void;
}

export function exchange(asked: Exchange): Promise<Reply | Unanswered> {
  const { socketPath, method, path, accept, body, actor, timeoutMs, signal } = asked;
  // An empty path would make node:http connect to port 80.
  if (socketPath === '') return Promise.resolve(notRunning(socketPath));
  return new Promise((resolve) => {
    const content = body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const headers = { host: 'localhost', accept, [ACTOR_HEADER]: actor, ...content };
    const outgoing = request({ socketPath, method, path, createConnection: () => connect(socketPath), headers, ...(signal && { signal }) });
    let failure: Unanswered = { ok: false, reason: 'failed', message: `the supervisor at ${socketPath} broke off its answer` };
    const timer = setTimeout(() => {
      failure = { ok: false, reason: 'timeout', message: `the supervisor at ${socketPath} did not answer within ${timeoutMs} ms` };
      outgoing.destroy();
      resolve(failure);
    }, timeoutMs);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(explain(error, socketPath)));
    outgoing.on('response', (response) => {
      const mismatch = findMismatch(response);
      if (mismatch !== null) outgoing.destroy();
      resolve(mismatch ?? toReply(response, { clearLimit: () => clearTimeout(timer), failure: () => failure }));
    });
    outgoing.end(body ?? undefined);
  });
}

interface Reading {
  /** A stream that is followed has no time limit. */
  readonly clearLimit: () => void;
  /** What an answer that is not complete means. */
  readonly failure: () => Unanswered;
}

function toReply(response: IncomingMessage, { clearLimit, failure }: Reading): Reply {
  return {
    ok: true,
    status: response.statusCode ?? 0,
    close: () => void response.destroy(),
    async *chunks() {
      clearLimit();
      yield* chunksOf(response);
    },
    readBody() {
      const chunks: Buffer[] = [];
      // It died: 'close' follows, and what came is not complete.
      response.on('error', () => {}).on('data', (chunk: Buffer) => chunks.push(chunk));
      return new Promise((resolve) => {
        const tell = (): void => resolve(response.complete ? { ok: true, text: Buffer.concat(chunks).toString('utf8') } : failure());
        response.on('close', tell);
      });
    },
  };
}

async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch {
    // The supervisor died, or the reader has had enough: `complete` tells, and both are the end of it.
  }
}

function findMismatch({ headers }: IncomingMessage): Unanswered | null {
  const theirs = headers[PROTOCOL_HEADER];
  if (theirs === String(PROTOCOL_VERSION)) return null;
  const spoken = typeof theirs === 'string' ? `speaks version ${theirs} of the control protocol` : 'does not speak the control protocol';
  const message = `the supervisor ${spoken}, this omniroute version ${PROTOCOL_VERSION}: use the omniroute it was started with`;
  return { ok: false, reason: 'version-mismatch', message };
}

function explain(error: NodeJS.ErrnoException, socketPath: string): Unanswered {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') return notRunning(socketPath);
  // It ended in order while it was asked, and took its socket along.
  if ((error.code === 'ECONNRESET' || error.code === 'EPIPE') && !existsSync(socketPath)) return notRunning(socketPath);
  return { ok: false, reason: 'failed', message: `the supervisor at ${socketPath} cannot be asked: ${error.message}` };
}

function notRunning(socketPath: string): Unanswered {
  return { ok: false, reason: 'not-running', message: socketPath === '' ? 'no supervisor runs' : `no supervisor listens at ${socketPath}` };
}
