import { recordsBefore } from './log-position.ts';
import { openSegments } from './open-segments.ts';

/**
 * Numbers of the runs that the log in `folder` holds something of, ascending, those too that ended without a word; none for a folder that
 * does not exist. Reads the whole index. Throws what the file system throws.
 */
export function keptRuns(folder: string): number[] {
  const segments = openSegments(folder, { tail: true });
  try {
    const runs = new Set<number>();
    for (const [, { run }] of recordsBefore(segments, null)) runs.add(run);
    return [...runs].sort((a, b) => a - b);
  } finally {
    for (const segment of segments) segment.close();
  }
}
