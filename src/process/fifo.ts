// Output travels through named pipes: a child outlives us without SIGPIPE, and whoever comes after us opens the same path again.
import { spawnSync } from 'node:child_process';
import { constants, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { basename } from 'node:path';
import type { LogStream } from '../spec.ts';

// Every consumer is synchronous, so all readers share one buffer and no chunk is allocated. The second one is for `close`,
// which may be called while a chunk of another reader is being consumed.
const CHUNK_BYTES = 64 * 1024;
const CHUNK = Buffer.allocUnsafeSlow(CHUNK_BYTES);
const LEFTOVER = Buffer.allocUnsafeSlow(CHUNK_BYTES);
/** The most a pipe can hold without privileges: a writer that never pauses cannot hold up `close` for ever. */
const MAX_PIPE_BYTES = 1024 * 1024;

export interface FifoReader {
  /** Reads what is still in the pipe, then ends; idempotent. */
  close(): void;
  /** Everything has been delivered: the last writer closed its end, or `close` was called. Never rejects. Later than `onEnd`. */
  readonly drained: Promise<void>;
}

/** One `mkfifo` for all that are missing, for us alone (0600). Null, or in words why it could not be. */
export function makeFifos(paths: readonly string[]): string | null {
  const missing: string[] = [];
  for (const path of paths) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) missing.push(path);
    else if (!found.isFIFO()) return `${path} is in the way: it is no named pipe; remove it`;
  }
  if (missing.length === 0) return null;
  const made = spawnSync('mkfifo', ['-m', '600', '--', ...missing], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (made.error !== undefined) return `cannot run mkfifo: ${made.error.message}`;
  return made.status === 0 ? null : made.stderr.trim();
}

/**
 * Reads a named pipe until its last writer has closed it. Opening does not wait for a writer, and without one there is no end
 * to be seen: where the writer may be dead already, `close` is the end. A chunk is valid only during the call. `onEnd`: at once when the
 * last writer has closed it. Throws the system's error when the path cannot be opened.
 */
export function readFifo(path: string, onChunk: (chunk: Uint8Array) => void, onEnd: () => void = () => {}): FifoReader {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const onread: OnReadOpts = {
    buffer: CHUNK,
    callback: (bytes) => {
      onChunk(CHUNK.subarray(0, bytes));
      return true;
    },
  };
  const options: SocketConstructorOpts & { onread: OnReadOpts } = { fd, readable: true, writable: false, onread };
  const socket = new Socket(options);
  // 'close' follows an error as well as the end; the descriptor is gone by then, and no more can be read.
  socket.on('error', () => {});
  socket.on('end', onEnd);
  const drained = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.resume();
  return {
    drained,
    close() {
      if (socket.destroyed) return;
      readLeftover(fd, onChunk);
      socket.destroy();
    },
  };
}

/**
 * Where a process still has the pipe of this name open as its standard output (or error) though the file was removed: what is opened
 * there is that very pipe. Null: it was not, the process is gone, or there is no /proc.
 */
export function findRemovedFifo(pid: number, stream: LogStream, path: string): string | null {
  const held = `/proc/${pid}/fd/${stream === 'out' ? 1 : 2}`;
  try {
    return basename(readlinkSync(held)) === `${basename(path)} (deleted)` ? held : null;
  } catch {
    return null;
  }
}

/** The end a child writes to. Read-write, so that opening never waits and the child never gets SIGPIPE when the reader is gone. */
export function openFifoWriter(path: string): number {
  return openSync(path, constants.O_RDWR);
}

function readLeftover(fd: number, onChunk: (chunk: Uint8Array) => void): void {
  for (let total = 0; total < MAX_PIPE_BYTES; ) {
    const bytes = readAvailable(fd);
    if (bytes === 0) return;
    total += bytes;
    onChunk(LEFTOVER.subarray(0, bytes));
  }
}

function readAvailable(fd: number): number {
  try {
    return readSync(fd, LEFTOVER, 0, CHUNK_BYTES, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
