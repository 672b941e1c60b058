// The control API of a running supervisor.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gate } from './access.ts';
import { answerCalls } from './answer-calls.ts';
import { listenPrivately } from './control-socket.ts';
import type { Supervision } from './protocol.ts';
import { OpenFeeds } from './sse.ts';

export interface ControlServerOptions {
  readonly supervision: Supervision;
  readonly socketPath: string;
  /** Null: no TCP. Port 0: any free one. */
  readonly tcp: { readonly host: string; readonly port: number; readonly token: string } | null;
}

export interface ControlServer {
  readonly address: { readonly socket: string; readonly tcp: { readonly host: string; readonly port: number } | null };
  /** In words why TCP was asked for and is not there; the socket works all the same. */
  readonly problem: string | null;
  /** In place of a socket that is lost; who is connected to that stays so. Rejects where the new one cannot be made. */
  listenAgain(socketPath: string): Promise<void>;
  /** Streams get what waits for them and end; removes the socket. */
  close(): Promise<void>;
}

/** Time for clients to take their last answer. */
const CLOSE_WITHIN_MS = 1000;
const SWEEP_MS = 20;
const REQUEST_TIMEOUT_MS = 30_000;
/** More than people, a dashboard and a scraper need together; descriptors are the services'. */
const MAX_CONNECTIONS = 256;

/** Listens on the socket, and on TCP where asked. Rejects where the socket cannot be made. */
export async function serveControl({ supervision, socketPath, tcp }: ControlServerOptions): Promise<ControlServer> {
  if (tcp?.token === '') throw new Error('the control API is never served over TCP without a token');
  const feeds = new OpenFeeds();
  const serve = (gate: Gate | null): Server => createHttpServer(answerCalls({ supervision, feeds, gate }));
  let local = serve(null);
  await listenPrivately(local, socketPath);
  const remote = tcp === null ? null : serve(tcp);
  const problem = remote === null || tcp === null ? null : await listenOnTcp(remote, tcp);
  const servers = new Set([local, ...(remote !== null && problem === null ? [remote] : [])]);
  const port = problem === null ? (remote?.address() as AddressInfo | null)?.port : undefined;
  return {
    address: { socket: socketPath, tcp: tcp !== null && port !== undefined ? { host: tcp.host, port } : null },
    problem,
    listenAgain: async (path) => {
      const lost = local;
      // Closing removes the file at its path, which may be the new one's.
      lost.close(() => servers.delete(lost));
      local = serve(null);
      servers.add(local);
      await listenPrivately(local, path);
    },
    close: async () => {
      feeds.finishAll();
      await Promise.all([...servers].map(closeServer));
    },
  };
}

function createHttpServer(listener: RequestListener): Server {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, listener);
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

async function listenOnTcp(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<string | null> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return `the control API cannot listen on ${host}:${port}: ${code === 'EADDRINUSE' ? 'the port is taken' : message}`;
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection that is kept alive becomes idle only after its last answer.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const limit = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(limit);
}
