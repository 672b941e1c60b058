import { connect } from 'node:net';
import type { Probe } from '../spec.ts';
import { describeError, probeAddresses } from './probe-network.ts';

/** Succeeds when somebody accepts a connection. */
export function probeTcp({ host, port }: Extract<Probe, { type: 'tcp' }>, timeoutMs: number): Promise<string | null> {
  return probeAddresses(host, timeoutMs, (address, signal) => attempt(address, port, signal));
}

function attempt(host: string, port: number, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reason: string | null): void => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      resolve(reason);
    };
    const abort = (): void => end(String(signal.reason));
    signal.addEventListener('abort', abort);
    socket.once('connect', () => end(null));
    socket.on('error', (error) => end(describeError(error)));
  });
}
