// One log that is read while it grows and is rotated.
import type { LogCursor } from './log-cursor.ts';
import { findHistory } from './log-history.ts';
import type { LogLine, LogQuery } from './log-query.ts';
import type { LogSegment } from './log-segment.ts';
import { currentInode, openSegments } from './open-segments.ts';

export class FollowedLog {
  /** Lines ahead of `history`; 0 where the query does not ask for the last ones. */
  readonly historyLines: number;
  readonly #folder: string;
  /** Oldest first; the last one is where the writer was last seen. */
  readonly #segments: LogSegment[];
  readonly #cursor: LogCursor;

  /** Throws what the file system throws, but not for a folder that does not exist yet. */
  constructor(service: string, folder: string, query: LogQuery) {
    this.#folder = folder;
    this.#segments = openSegments(folder, { tail: false });
    const { cursor, lines } = findHistory(service, this.#segments, query, { open: false });
    this.#cursor = cursor;
    this.historyLines = lines ?? 0;
  }

  /** The lines that were complete when this was made. */
  history(): Iterable<LogLine> {
    return this.#cursor.read();
  }

  /** The lines that have been completed since they were last asked for. */
  *news(): Generator<LogLine> {
    const last = this.#segments.at(-1);
    last?.refresh({ tail: false });
    yield* this.#cursor.read();
    const inode = currentInode(this.#folder);
    if (inode === undefined || inode === last?.inode) return;
    // The writer has gone on to another file: what it wrote to this one before is final now.
    last?.refresh({ tail: true });
    yield* this.#cursor.read();
    this.#segments.push(...this.#openNewer(last));
    yield* this.#cursor.read();
    this.#cursor.closePassed();
  }

  close(): void {
    for (const segment of this.#segments.splice(0)) segment.close();
  }

  #openNewer(last: LogSegment | undefined): LogSegment[] {
    const all = openSegments(this.#folder, { tail: false });
    if (last === undefined) return all;
    const at = all.findIndex(({ inode }) => inode === last.inode);
    // Not among them: rotated out, so that all are newer, or removed by hand, so that the rotated ones are older.
    const isNewer = (segment: LogSegment, n: number): boolean => (at === -1 ? segment.mtimeMs >= last.mtimeMs : n > at);
    const newer = all.filter(isNewer);
    for (const segment of all) if (!newer.includes(segment)) segment.close();
    return newer;
  }
}
