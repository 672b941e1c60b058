// The index beside a log: one record of 16 bytes for each chunk, so that a line's time, stream and run cost nothing in the log itself.
//
//   bytes 0–5    where the chunk ends in the log (it begins where the one before ended); a log may outgrow 32 bits
//   bytes 6–11   wall clock in milliseconds since 1970
//   bytes 12–15  run << 2 | continues << 1 | stream (0: stdout, 1: stderr); little-endian throughout
//
// `continues` is 0 where the chunk surely begins a line of its run and stream: a reader that starts there needs nothing before it.
// A record that covers no byte says that its run has ended: what it left without a newline is its last line.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { LogStream } from '../spec.ts';

export const RECORD_BYTES = 16;

export interface ChunkRecord {
  endBytes: number;
  timeMs: number;
  run: number;
  stream: LogStream;
  continues: boolean;
}

/** Writes one record to the start of `target`, from fields rather than an object: this runs for every chunk. */
export function encodeRecord(target: Buffer, endBytes: number, timeMs: number, run: number, stream: LogStream, continues: boolean): void {
  target.writeUIntLE(endBytes, 0, 6);
  target.writeUIntLE(timeMs, 6, 6);
  target.writeUInt32LE(((run << 2) | (continues ? 2 : 0) | (stream === 'err' ? 1 : 0)) >>> 0, 12);
}

/** The record that begins at `at`. */
export function decodeRecord(source: Buffer, at: number): ChunkRecord {
  const bits = source.readUInt32LE(at + 12);
  return {
    endBytes: decodeEnd(source, at),
    timeMs: readUint48(source, at + 6),
    run: bits >>> 2,
    stream: (bits & 1) === 1 ? 'err' : 'out',
    continues: (bits & 2) === 2,
  };
}

/** `endBytes` alone of the record that begins at `at`. */
export function decodeEnd(source: Buffer, at: number): number {
  return readUint48(source, at);
}

/** Several times as fast as Buffer's own for 6 bytes, and a log has millions of records. */
function readUint48(source: Buffer, at: number): number {
  return source.readUInt32LE(at) + source.readUInt16LE(at + 4) * 2 ** 32;
}

/** Path of the log: 0 is the current file, 1 the one rotated last. */
export function logPath(folder: string, rotation: number): string {
  return join(folder, rotation === 0 ? 'log' : `log.${rotation}`);
}

/** Path of the index of `logPath(folder, rotation)`. */
export function indexPath(folder: string, rotation: number): string {
  return join(folder, rotation === 0 ? 'log.idx' : `log.idx.${rotation}`);
}

/** The last whole record of an index file; null for an empty one. Throws what the file system throws. */
export function lastRecord(path: string): ChunkRecord | null {
  const fd = openSync(path, 'r');
  try {
    const count = Math.floor(fstatSync(fd).size / RECORD_BYTES);
    const bytes = Buffer.alloc(RECORD_BYTES);
    if (count === 0 || readSync(fd, bytes, 0, RECORD_BYTES, (count - 1) * RECORD_BYTES) < RECORD_BYTES) return null;
    return decodeRecord(bytes, 0);
  } finally {
    closeSync(fd);
  }
}
