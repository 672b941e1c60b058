// Who listens on a TCP port. Read, not tried: binding a port to see whether it is free would make it busy for somebody else.
import { createServer } from 'node:net';
import { listListeners } from './listeners.ts';
import { findHolders } from './port-holder.ts';
import { HAS_PROC } from './process-row.ts';

/** The holder is unknown where the system does not tell. */
interface TakenPort {
  readonly port: number;
  readonly pid: number | null;
  readonly command: string | null;
}

/**
 * Those of the ports that a server could not bind on all addresses, because somebody listens there; connections that linger after
 * their server has gone (TIME_WAIT) do not count. The holder is null where it belongs to another user, or off Linux.
 */
export async function findTakenPorts(ports: readonly number[]): Promise<TakenPort[]> {
  if (ports.length === 0) return [];
  if (!HAS_PROC) return findTakenByBinding(ports);
  const listeners = new Map((await listListeners()).map(({ port, inode }) => [port, inode]));
  const taken = [...new Set(ports)].flatMap((port) => {
    const inode = listeners.get(port);
    return inode === undefined ? [] : [{ port, inode }];
  });
  const holders = await findHolders(taken.map(({ inode }) => inode));
  return taken.map(({ port, inode }) => ({ port, pid: null, command: null, ...holders.get(inode) }));
}

/** A port that nobody listens on, on any address, at the moment of asking. Rejects where the system has none left. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const ADDRESSES = ['127.0.0.1', '0.0.0.0', '::1', '::'];

async function findTakenByBinding(ports: readonly number[]): Promise<TakenPort[]> {
  const taken: TakenPort[] = [];
  for (const port of new Set(ports)) {
    for (const host of ADDRESSES) {
      if (!(await isInUse(host, port))) continue;
      taken.push({ port, pid: null, command: null });
      break;
    }
  }
  return taken;
}

// Every other error (no IPv6 here, a privileged port) is no sign of a holder.
function isInUse(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(':') }, () => server.close(() => resolve(false)));
  });
}
