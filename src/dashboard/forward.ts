// From the page to the supervisor's socket and back, at the pace of the slower: nothing is kept here.
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import { ACTOR_HEADER } from '../control/protocol.ts';

const ASKED_WITH = ['accept', 'content-type', 'last-event-id'];
/** The supervisor takes no more than 64 KiB. */
const MAX_BODY_BYTES = 128 * 1024;
const ANSWERED_WITH = ['content-type', 'content-length'];

/** Answers as the supervisor at the socket does; `onAbsent` where it does not. */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, socketPath: string, onAbsent: () => void): void {
  const asked = request({
    path: incoming.url,
    method: incoming.method,
    createConnection: () => connect(socketPath),
    headers: { ...pick(incoming.headers, ASKED_WITH), host: 'localhost', [ACTOR_HEADER]: 'dashboard' },
  });
  asked.on('error', () => (outgoing.headersSent ? outgoing.destroy() : onAbsent()));
  asked.on('response', (response) => {
    outgoing.writeHead(response.statusCode ?? 502, pick(response.headers, ANSWERED_WITH));
    // A stream may have nothing to say for long, and the page must know that it is open.
    outgoing.flushHeaders();
    // What broke off shows on the other side as broken off.
    pipeline(response, outgoing, () => undefined);
  });
  outgoing.on('close', () => asked.destroy());
  sendBody(incoming, asked);
}

/**
 * In one piece, with the end of the request: the supervisor answers and closes as soon as it has all that was announced, and a last write
 * of nothing would fail (EPIPE) and take the answer along. Of what is too long enough is passed on to be refused.
 */
function sendBody(incoming: IncomingMessage, asked: ClientRequest): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  incoming.on('end', () => asked.end(Buffer.concat(chunks)));
}

function pick(headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}
