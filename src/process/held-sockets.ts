// Listening sockets that are held for a service, so that connections wait in the kernel while it restarts. Node accepts on whatever it
// listens to; so a worker thread listens and then blocks for ever, and the descriptor, which belongs to the whole process, is passed on.
import { once } from 'node:events';
import { lstatSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { formatAddress } from '../socket-address.ts';
import type { SocketSpec } from '../spec.ts';

export interface HeldSockets {
  /** In the order asked for. */
  readonly fds: readonly number[];
  /** From now on connections are refused, unless a process that got the descriptors still listens. */
  close(): Promise<void>;
}

/** `code` is the system's: EADDRINUSE, EADDRNOTAVAIL, EACCES … */
export interface HoldFailure {
  readonly code: string;
  readonly message: string;
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
  const { name, address } = sockets[answer.index] as SocketSpec;
  return { code: answer.code ?? 'EIO', message: `its socket ${name} cannot be held at ${formatAddress(address)}: ${describe(answer)}` };
}

function describe({ code, message }: Extract<Answer, { index: number }>): string {
  if (code === 'EADDRINUSE') return 'somebody else listens there';
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address';
  return code === 'EACCES' ? 'permission denied' : message;
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
