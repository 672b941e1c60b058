// Who listens at an address that could not be had.
import { readFileSync } from 'node:fs';
import { SocketAddress as IpAddress, isIP } from 'node:net';
import { endianness } from 'node:os';
import type { SocketAddress } from '../socket-address.ts';
import { type Listener, listListeners } from './listeners.ts';
import { findHolders, type Holder } from './port-holder.ts';
import { HAS_PROC } from './process-row.ts';

export interface Occupant {
  /** Of the listening socket: as long as it is there, so is the obstacle. */
  readonly inode: string;
  /** Null: another user's process. */
  readonly holder: Holder | null;
}

/** Null where the system does not tell, and where nobody listens: it may also be bound and no more. */
export async function findOccupants(addresses: readonly SocketAddress[]): Promise<readonly (Occupant | null)[]> {
  if (!HAS_PROC) return addresses.map(() => null);
  const listeners = addresses.some(({ type }) => type === 'tcp') ? await listListeners() : [];
  const inodes = addresses.map((address) =>
    address.type === 'unix' ? findUnixListener(address.path) : findTcpListener(address, listeners),
  );
  const holders = await findHolders(inodes.filter((inode) => inode !== null));
  return inodes.map((inode) => (inode === null ? null : { inode, holder: holders.get(inode) ?? null }));
}

function findTcpListener({ host, port }: Extract<SocketAddress, { type: 'tcp' }>, listeners: readonly Listener[]): string | null {
  const candidates = listeners
    .filter((listener) => listener.port === port)
    .map(({ rawHost, inode }) => ({ host: readHost(rawHost), inode }));
  // Where a name leads to is not known here.
  if (isIP(host) === 0) return candidates[0]?.inode ?? null;
  const own = canonical(host);
  const same = candidates.find((candidate) => candidate.host === own);
  return (same ?? candidates.find((candidate) => isEverywhere(candidate.host) || isEverywhere(own)))?.inode ?? null;
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function canonical(address: string): string {
  return new IpAddress({ address, family: address.includes(':') ? 'ipv6' : 'ipv4' }).address;
}

function readHost(raw: string): string {
  const words = raw.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => {
    const ofWord = Buffer.from(word, 'hex');
    return [...(endianness() === 'LE' ? ofWord.reverse() : ofWord)];
  });
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0)).toString(16));
  return canonical(groups.join(':'));
}

/** __SO_ACCEPTCON in the column of flags: proc_pid_net(5). */
const LISTENS = '00010000';

function findUnixListener(path: string): string | null {
  for (const line of readFileSync('/proc/net/unix', 'utf8').split('\n')) {
    const [, , , flags, , , inode = '', ...rest] = line.split(/ +/);
    if (flags === LISTENS && rest.join(' ') === path) return inode;
  }
  return null;
}
