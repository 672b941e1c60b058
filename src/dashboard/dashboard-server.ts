// The dashboard's own small server on 127.0.0.1: the page's files, and the control API behind a token. The supervisor itself opens no port.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Caller, refuseForeign } from '../control/access.ts';
import { Gatekeeper } from '../control/gatekeeper.ts';
import { STATUSES } from '../control/problem.ts';
import { forward } from './forward.ts';
import type { PageFile } from './page-files.ts';

export interface DashboardOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly token: string;
  readonly files: ReadonlyMap<string, PageFile>;
  /** Where the supervisor listens now; null: it does not. Asked at each request, as it may be started again elsewhere. */
  readonly findSocket: () => string | null;
}

export type DashboardServer =
  | { readonly ok: true; readonly port: number; readonly url: string; close(): Promise<void> }
  | { readonly ok: false; readonly message: string };

const HOST = '127.0.0.1';
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 64;

/** No inline script or style, nothing from elsewhere, in no frame: what a service prints can only ever be text. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Listens on 127.0.0.1 alone; a port that is not to be had is a message. */
export async function serveDashboard(options: DashboardOptions): Promise<DashboardServer> {
  const gate = new PageGate(options.token);
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (incoming, outgoing) => answer(incoming, outgoing, gate, options));
  server.maxConnections = MAX_CONNECTIONS;
  try {
    server.listen({ host: HOST, port: options.port });
    await once(server, 'listening');
  } catch (error) {
    return { ok: false, message: describeListenError(error as NodeJS.ErrnoException, options.port) };
  }
  const { port } = server.address() as AddressInfo;
  return { ok: true, port, url: `http://${HOST}:${port}/?token=${options.token}`, close: () => closeServer(server) };
}

function describeListenError({ code, message }: NodeJS.ErrnoException, port: number): string {
  if (code === 'EADDRINUSE') return `the dashboard cannot listen on ${HOST}:${port}: the port is taken`;
  if (code === 'EACCES') return `the dashboard cannot listen on ${HOST}:${port}: ports below 1024 are not for everyone`;
  return `the dashboard cannot listen on ${HOST}:${port}: ${message}`;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Streams have no end of their own, and the page connects again when it can.
  server.closeAllConnections();
  await closed;
}

function answer(incoming: IncomingMessage, outgoing: ServerResponse, gate: PageGate, { files, findSocket }: DashboardOptions): void {
  for (const [name, value] of Object.entries(HEADERS)) outgoing.setHeader(name, value);
  const { pathname, searchParams } = new URL(`http://${HOST}${incoming.url?.startsWith('/') ? incoming.url : '/'}`);
  if (!pathname.startsWith('/v1/')) {
    const refused = gate.refusePage(incoming, searchParams.get('token'));
    // An address of yesterday is opened by people: the page itself tells them, as it is refused too.
    const status = refused === null ? 200 : refused.status;
    if (refused !== null && status !== 401) return sendProblem(outgoing, refused);
    return sendFile(incoming, outgoing, { file: files.get(pathname), status });
  }
  const refused = gate.refuseCall(incoming);
  if (refused !== null) return sendProblem(outgoing, refused);
  const absent = (): void =>
    sendProblem(outgoing, { status: 503, error: 'not-running', message: 'omniroute does not run, or does not answer' });
  const socket = findSocket();
  if (socket === null) absent();
  else forward(incoming, outgoing, socket, absent);
}

function sendFile(
  { method }: IncomingMessage,
  outgoing: ServerResponse,
  { file, status }: { readonly file: PageFile | undefined; readonly status: number },
): void {
  if (file === undefined) return sendProblem(outgoing, { status: 404, error: 'not-found', message: 'there is no such file' });
  if (method !== 'GET' && method !== 'HEAD')
    return sendProblem(outgoing, { status: 405, error: 'bad-request', message: 'files can only be read' });
  outgoing.writeHead(status, { 'content-type': file.contentType, 'content-length': file.body.length });
  outgoing.end(method === 'HEAD' ? undefined : file.body);
}

interface Refused {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

function sendProblem(outgoing: ServerResponse, { status, error, message, retryAfterSeconds }: Refused): void {
  if (retryAfterSeconds !== undefined) outgoing.setHeader('retry-after', String(retryAfterSeconds));
  // What is left of a body is not read.
  outgoing.setHeader('connection', 'close');
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(`${JSON.stringify({ error, message })}\n`);
}

class PageGate {
  readonly #gatekeeper: Gatekeeper;

  constructor(token: string) {
    this.#gatekeeper = new Gatekeeper({ host: HOST, token });
  }

  /** The files hold no secret: they are for whoever asks this machine by its name. A wrong token in the address is told at once. */
  refusePage({ headers: { host, origin } }: IncomingMessage, token: string | null): Refused | null {
    const foreign = refuseForeign({ host, origin }, HOST);
    if (foreign !== null) return { status: 403, ...foreign };
    return token === null ? null : this.#refuse({ host, origin, authorization: undefined, queryToken: token });
  }

  /** A header alone carries the token: a cookie would go to every port of this machine, an address into logs. */
  refuseCall({ headers: { host, origin, authorization } }: IncomingMessage): Refused | null {
    return this.#refuse({ host, origin, authorization, queryToken: undefined });
  }

  #refuse(caller: Caller): Refused | null {
    const refusal = this.#gatekeeper.refuse(caller, performance.now());
    if (refusal === null) return null;
    const status = STATUSES[refusal.error];
    return status === 401
      ? { ...refusal, status, message: `${refusal.message}; use the link that was printed last` }
      : { ...refusal, status };
  }
}
