import { visibleText } from './line-text.ts';
import { findHistory, linesOf } from './log-history.ts';
import type { LogQuery } from './log-query.ts';
import { lastOf } from './merge-lines.ts';
import { openSegments } from './open-segments.ts';

const ALL: LogQuery = { sinceMs: null, untilMs: null, lastLines: null, grep: null, stream: 'any', run: null };

/**
 * The last `count` lines of a run, as a terminal leaves them, without colours, both streams; fewer where it printed fewer. Reads the log from its end, no
 * further than needed. Throws what the file system throws.
 */
export function lastLines(folder: string, run: number, count: number): string[] {
  const segments = openSegments(folder, { tail: true });
  try {
    const { cursor, lines } = findHistory('', segments, { ...ALL, run, lastLines: count }, { open: true });
    return Array.from(lastOf(linesOf(cursor, { open: true }), lines ?? 0, count), ({ text }) => visibleText(text));
  } finally {
    for (const segment of segments) segment.close();
  }
}

/** The first `count` lines of a run that are still there; as `lastLines` otherwise. */
export function firstLines(folder: string, run: number, count: number): string[] {
  const segments = openSegments(folder, { tail: true });
  try {
    const { cursor } = findHistory('', segments, { ...ALL, run }, { open: true });
    const lines: string[] = [];
    for (const { text } of linesOf(cursor, { open: true })) {
      if (lines.push(visibleText(text)) >= count) break;
    }
    return lines;
  } finally {
    for (const segment of segments) segment.close();
  }
}
