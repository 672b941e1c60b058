// Listening sockets that are held for a service, so that connections wait in the kernel while it restarts. Node accepts on whatever it
// listens to; so a worker thread listens and then blocks for ever, and the descriptor, which belongs to the whole process, is passed on.
import { once } from 'node:events';
import { existsSync, lstatSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { formatAddress, type SocketAddress } from '../socket-address.ts';
import type { SocketSpec } from '../spec.ts';
import { findOccupant, type Occupant } from './occupant.ts';

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
  readonly socket: SocketSpec;
  /** Who listens there, where that is known. */
  readonly occupant: Occupant | null;
}

// Descriptors are handed on as blocking: a program that calls accept(2) and nothing else would otherwise end with EAGAIN.
const LISTEN_AND_BLOCK = `
const { parentPort, workerData } = require('node:worker_threads');
const { createServer } = require('node:net');
const fds = [];
function listen([address, ...rest]) {
  if (address === undefined) {
    parentPort.postMessage({ fds });
    return void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  const server = createServer();
  server.once('error', ({ code, message }) => parentPort.postMessage({ index: fds.length, code, message }));
  server.listen(address, () => {
    server._handle.setBlocking(true);
    fds.push(server._handle.fd);
    listen(rest);
  });
}
listen(workerData);
`;

type Answer = { readonly fds: readonly number[] } | { readonly index: number; readonly code?: string; readonly message: string };

/** Listens at all of the addresses, or at none. The file of a unix socket that nobody answers at is replaced. */
export async function holdSockets(sockets: readonly SocketSpec[]): Promise<HeldSockets | HoldFailure> {
  for (const { address } of sockets) if (address.type === 'unix') await removeStale(address.path);
  const workerData = sockets.map(({ address }) =>
    address.type === 'unix' ? { path: address.path } : { host: address.host, port: address.port, ipv6Only: address.host.includes(':') },
  );
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(LISTEN_AND_BLOCK, { eval: true, workerData, env: {}, execArgv: [] });
  const [answer] = (await once(worker, 'message')) as [Answer];
  worker.unref();
  const close = async (): Promise<void> => void (await worker.terminate());
  if ('fds' in answer) return { fds: answer.fds, close };
  await close();
  const socket = sockets[answer.index] as SocketSpec;
  const { address } = socket;
  if (answer.code === 'EADDRINUSE' && !isInTheWay(address)) return describeTaken(socket, await findOccupant(address));
  const { code, problem } = explain(answer, address);
  return { code, message: `its socket ${socket.name} cannot be held at ${formatAddress(address)}: ${problem}`, socket, occupant: null };
}

export function describeTaken(socket: SocketSpec, occupant: Occupant | null): HoldFailure {
  const { holder = null } = occupant ?? {};
  const who = holder === null ? 'somebody else' : `${holder.pid} (${holder.command ?? '?'})`;
  const message = `its socket ${socket.name} cannot be held at ${formatAddress(socket.address)}: ${who} listens there`;
  return { code: 'EADDRINUSE', message, socket, occupant };
}

/** A file that is no socket: the system calls its address in use, and nobody will ever give it back. */
function isInTheWay(address: SocketAddress): boolean {
  return address.type === 'unix' && lstatSync(address.path, { throwIfNoEntry: false })?.isSocket() === false;
}

function explain({ code = 'EIO', message }: Extract<Answer, { index: number }>, address: SocketAddress): { code: string; problem: string } {
  if (code === 'EADDRINUSE') return { code: 'EEXIST', problem: 'a file that is no socket is in its place' };
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

async function removeStale(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return;
  const code = await new Promise<string | null>((resolve) => {
    const client = connect({ path }, () => {
      client.destroy();
      resolve(null);
    });
    client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? null));
  });
  if (code === 'ECONNREFUSED') rmSync(path, { force: true });
}
