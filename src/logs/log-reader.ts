// Reads what services have printed from the files alone: it does not matter who is alive.
import { findHistory, linesOf } from './log-history.ts';
import type { LogLine, LogQuery } from './log-query.ts';
import type { LogSegment } from './log-segment.ts';
import { lastOf, mergeLines } from './merge-lines.ts';
import { openSegments } from './open-segments.ts';

export type { LogLine, LogQuery } from './log-query.ts';

/**
 * The lines that a query asks for, merged by time; `folders` by service. Memory does not grow with the logs. A line that has no
 * end yet counts as it is. A folder that is not there holds no lines. Throws what else the file system throws.
 */
export function* readLogs(folders: ReadonlyMap<string, string>, query: LogQuery): Generator<LogLine> {
  const opened: LogSegment[] = [];
  try {
    const histories = [...folders].map(([service, folder]) => {
      const segments = openSegments(folder, { tail: true });
      opened.push(...segments);
      return findHistory(service, segments, query, { open: true });
    });
    const merged = mergeLines(histories.map(({ cursor }) => linesOf(cursor, { open: true })));
    yield* query.lastLines === null
      ? merged
      : lastOf(
          merged,
          histories.reduce((sum, { lines }) => sum + (lines ?? 0), 0),
          query.lastLines,
        );
  } finally {
    for (const segment of opened) segment.close();
  }
}
