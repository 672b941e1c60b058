// Listening sockets that are held for a service, so that connections wait in the kernel while it restarts. Node accepts on whatever it
// listens to; so a worker thread listens and then blocks for ever, and the descriptor, which belongs to the whole process, is passed on.
import { once } from 'node:events';
import { existsSync, lstatSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { formatAddress, type SocketAddress } from '../socket-address.ts';
import type { SocketSpec } from '../spec.ts';
import { findOccupants, type Occupant } from './occupant.ts';

export interface HeldSockets {
  /** In the order asked for. */
  readonly fds: readonly number[];
  /** From now on connections are refused, unless a process that got the descriptors still listens. */
  close(): Promise<void>;
}

/** `code` is the system's: EADDRINUSE where somebody listens there, EADDRNOTAVAIL, EACCES … */
export interface HoldFailure {
  readonly code: string;
  readonly message: string;
  /** Of EADDRINUSE: all that somebody else has; else none. */
  readonly taken: readonly TakenSocket[];
}

export interface TakenSocket {
  readonly socket: SocketSpec;
  /** Who listens there, where that is known. */
  readonly occupant: Occupant | null;
}

// Descriptors are handed on as blocking: a program that calls accept(2) and nothing else would otherwise end with EAGAIN.
const LISTEN_AND_BLOCK = `
const { parentPort, workerData } = require('node:worker_threads');
const { createServer } = require('node:net');
const fds = [];
const failures = [];
function listen(index) {
  if (index === workerData.length) {
    parentPort.postMessage({ fds, failures });
    return void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  const server = createServer();
  server.once('error', ({ code, message }) => {
    failures.push({ index, code, message });
    listen(index + 1);
  });
  server.listen(workerData[index], () => {
    server._handle.setBlocking(true);
    fds.push(server._handle.fd);
    listen(index + 1);
  });
}
listen(0);
`;

interface Refused {
  readonly index: number;
  readonly code?: string;
  readonly message: string;
}

interface Answer {
  readonly fds: readonly number[];
  readonly failures: readonly Refused[];
}

/** What keeps a socket from being held, other than who listens there. */
interface Obstacle {
  readonly code: string;
  readonly problem: string;
}

/** Listens at all of the addresses, or at none. The file of a unix socket that nobody answers at is replaced. */
export async function holdSockets(sockets: readonly SocketSpec[]): Promise<HeldSockets | HoldFailure> {
  for (const socket of sockets) {
    const obstacle = socket.address.type === 'unix' ? await clearPath(socket.address.path) : null;
    if (obstacle !== null) return describeObstacle(socket, obstacle);
  }
  const workerData = sockets.map(({ address }) =>
    address.type === 'unix' ? { path: address.path } : { host: address.host, port: address.port, ipv6Only: address.host.includes(':') },
  );
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(LISTEN_AND_BLOCK, { eval: true, workerData, env: {}, execArgv: [] });
  const [{ fds, failures }] = (await once(worker, 'message')) as [Answer];
  worker.unref();
  const close = async (): Promise<void> => void (await worker.terminate());
  const [first] = failures;
  if (first === undefined) return { fds, close };
  await close();
  const socketOf = ({ index }: Refused): SocketSpec => sockets[index] as SocketSpec;
  if (first.code !== 'EADDRINUSE') return describeObstacle(socketOf(first), explain(first, socketOf(first).address));
  const taken = failures.filter(({ code }) => code === 'EADDRINUSE').map(socketOf);
  const occupants = await findOccupants(taken.map(({ address }) => address));
  return describeTaken(taken.map((socket, index) => ({ socket, occupant: occupants[index] ?? null })));
}

/** `taken`: at least one. */
export function describeTaken(taken: readonly TakenSocket[]): HoldFailure {
  const told = taken.map(({ socket, occupant }) => {
    const { holder = null } = occupant ?? {};
    const who = holder === null ? 'somebody else' : `${holder.pid} (${holder.command ?? '?'})`;
    return describeObstacle(socket, { code: 'EADDRINUSE', problem: `${who} listens there` }).message;
  });
  return { code: 'EADDRINUSE', message: told.join('; '), taken };
}

function describeObstacle(socket: SocketSpec, { code, problem }: Obstacle): HoldFailure {
  const message = `its socket ${socket.name} cannot be held at ${formatAddress(socket.address)}: ${problem}`;
  return { code, message, taken: [] };
}

function explain({ code = 'EIO', message }: Refused, address: SocketAddress): Obstacle {
  if (code === 'EADDRNOTAVAIL') return { code, problem: 'this machine has no such address' };
  if (code !== 'EACCES') return { code, problem: message };
  if (address.type === 'tcp')
    return { code, problem: 'permission denied: ports below 1024 (net.ipv4.ip_unprivileged_port_start) take root or CAP_NET_BIND_SERVICE' };
  // libuv says so of a missing folder as well.
  const folder = dirname(address.path);
  return existsSync(folder)
    ? { code, problem: `permission denied in ${folder}` }
    : { code: 'ENOENT', problem: `the folder ${folder} does not exist` };
}

/** Takes away what a killed process left. The system calls anything else there in use too, which nobody would ever give back. */
async function clearPath(path: string): Promise<Obstacle | null> {
  const isSocket = isSocketAt(path);
  if (isSocket === null) return null;
  if (!isSocket) return { code: 'EEXIST', problem: 'a file that is no socket is in its place' };
  if (await isAnswered(path)) return null;
  try {
    rmSync(path, { force: true });
    return null;
  } catch (error) {
    const { code = 'EIO', message } = error as NodeJS.ErrnoException;
    return { code, problem: `nobody answers at the socket that is there, and it cannot be removed: ${message}` };
  }
}

/** Null: nothing is there, or nothing that may be looked at, of which listening tells more. */
function isSocketAt(path: string): boolean | null {
  try {
    return lstatSync(path).isSocket();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}

async function isAnswered(path: string): Promise<boolean> {
  const code = await new Promise<string | null>((resolve) => {
    const client = connect({ path }, () => {
      client.destroy();
      resolve(null);
    });
    client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? null));
  });
  return code !== 'ECONNREFUSED';
}
