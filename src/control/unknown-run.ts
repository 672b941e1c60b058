import type { LogQuery } from '../logs/log-query.ts';
import { readLogs } from '../logs/log-reader.ts';
import { findMissingRun } from '../logs/missing-run.ts';
import type { LogRequest, ServiceSnapshot } from './protocol.ts';

export interface UnknownRunProblem {
  readonly error: 'unknown-run';
  readonly message: string;
  /** `runs`: those that there are, by service, ascending. */
  readonly details: { readonly run: number; readonly runs: Readonly<Record<string, readonly number[]>> };
}

const EVERYTHING: LogQuery = { sinceMs: null, untilMs: null, lastLines: null, grep: null, stream: 'any', run: null };

/** Null unless a run is asked for that none of these services has and no log holds; followed, one that is still to come is waited for. */
export function refuseUnknownRun(
  services: readonly ServiceSnapshot[],
  folders: ReadonlyMap<string, string>,
  { run, follow }: LogRequest,
): UnknownRunProblem | null {
  // One that is on has printed nothing, maybe. To look for all that there are takes longer than to find one.
  if (run === null || services.some((service) => service.run === run) || hasLine(folders, run)) return null;
  const missing = findMissingRun(folders, run);
  if (missing === null || (follow && missing.mayCome)) return null;
  return { error: 'unknown-run', message: `${missing.message}; ${missing.known}`, details: { run, runs: missing.kept } };
}

function hasLine(folders: ReadonlyMap<string, string>, run: number): boolean {
  for (const _ of readLogs(folders, { ...EVERYTHING, run })) return true;
  return false;
}
