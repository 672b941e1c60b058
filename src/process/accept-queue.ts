// Whether somebody waits at a listening socket that nobody accepts from. Linux tells the length of the queue in the table of its sockets.
// proc(5): rx_queue of a listening socket is the number of connections waiting to be accepted.
import { readFileSync } from 'node:fs';

const LISTENING = '0A';

/** The TCP ports of this network namespace at which a connection waits to be accepted. */
export function portsWithWaiting(): Set<number> {
  return new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => parseWaiting(readTable(path))));
}

export function parseWaiting(table: string): number[] {
  return table.split('\n').flatMap((line) => {
    const [, local, , state, queues] = line.trim().split(/\s+/);
    if (state !== LISTENING || local === undefined || queues === undefined) return [];
    const waiting = Number.parseInt(queues.slice(queues.indexOf(':') + 1), 16);
    return waiting > 0 ? [Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16)] : [];
  });
}

/** Without IPv6 there is no such file. */
function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
