import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isOutOfDescriptors } from './spare-descriptor.ts';

export interface Listener {
  /** As the kernel writes it: hexadecimal, each word in the byte order of the machine. */
  readonly rawHost: string;
  readonly port: number;
  /** Of the socket, as /proc/PID/fd names it. */
  readonly inode: string;
}

const LISTEN = '0A';
const CHUNK_BYTES = 32 * 1024;

let pending: Promise<Listener[]> | null = null;

/**
 * All listening TCP sockets of this network namespace, from /proc/net/tcp and tcp6. The kernel walks its whole hash of connections for
 * it (milliseconds), so it is read off the event loop, and whoever asks within one turn shares the answer, which is never older than the question.
 */
export function listListeners(): Promise<Listener[]> {
  pending ??= nextTurn().then(() => {
    pending = null;
    return readTables();
  });
  return pending;
}

async function readTables(): Promise<Listener[]> {
  return (await Promise.all([readTable('/proc/net/tcp'), readTable('/proc/net/tcp6')])).flat();
}

async function readTable(path: string): Promise<Listener[]> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    // No IPv6 here; or out of descriptors, which the spawn that follows meets as well, and is tried again for.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || isOutOfDescriptors(error)) return [];
    throw error;
  }
  try {
    return await readListeners(file);
  } finally {
    await file.close();
  }
}

// Listening sockets come first: reading stops at the first other one, so 100,000 connections are not read through.
async function readListeners(file: FileHandle): Promise<Listener[]> {
  const listeners: Listener[] = [];
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = '';
  for (let isHeader = true; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) return listeners;
    const lines = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
    rest = lines.pop() ?? '';
    if (isHeader) lines.shift();
    isHeader = false;
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] !== LISTEN) return listeners;
      const [rawHost = '', port = ''] = fields[1]?.split(':') ?? [];
      listeners.push({ rawHost, port: Number.parseInt(port, 16), inode: fields[9] as string });
    }
  }
}
