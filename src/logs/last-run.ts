import { existsSync } from 'node:fs';
import { indexPath, lastRecord } from './log-index.ts';

/**
 * Number of the latest run that the log in `folder` knows, 0 for none: run numbers must go on from here to tell runs apart. Opens no
 * log: of a hundred services that are about to start, that would take as long as starting twenty.
 */
export function readLastRun(folder: string): number {
  return runIn(indexPath(folder, 0)) ?? runIn(indexPath(folder, 1)) ?? 0;
}

function runIn(index: string): number | null {
  if (!existsSync(index)) return null;
  try {
    return lastRecord(index)?.run ?? null;
  } catch {
    // What cannot be read cannot be continued; the log itself says why as soon as it is written.
    return null;
  }
}
