import type { LogQuery } from '../logs/log-query.ts';
import { readLogs } from '../logs/log-reader.ts';
import { findMissingRun } from '../logs/missing-run.ts';
import type { LogRequest } from './protocol.ts';

export interface UnknownRun {
  readonly error: 'unknown-run';
  readonly message: string;
  /** `runs`: those that there are, by service, ascending. */
  readonly details: { readonly run: number; readonly runs: Readonly<Record<string, readonly number[]>> };
}

const EVERYTHING: LogQuery = { sinceMs: null, untilMs: null, lastLines: null, grep: null, stream: 'any', run: null };

/** Null unless a run is asked for that none of these logs holds; followed, one that is still to come is waited for. */
export function findUnknownRun(folders: ReadonlyMap<string, string>, { run, follow }: LogRequest): UnknownRun | null {
  // To look for all that there are takes longer than to find one.
  if (run === null || hasLine(folders, run)) return null;
  const missing = findMissingRun(folders, run);
  if (missing === null || (follow && missing.mayCome)) return null;
  return { error: 'unknown-run', message: `${missing.message}; ${missing.known}`, details: { run, runs: missing.kept } };
}

function hasLine(folders: ReadonlyMap<string, string>, run: number): boolean {
  for (const _ of readLogs(folders, { ...EVERYTHING, run })) return true;
  return false;
}
