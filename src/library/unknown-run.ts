import { findMissingRun } from '../logs/missing-run.ts';
import { type Failure, fail } from './failure.ts';

/** `mayCome`: it is later than all that there were. */
export type UnknownRun = Failure & { readonly mayCome: boolean };

/** Null when one of these logs, by service, holds something of the run; else a failure with the runs that there are. */
export function findUnknownRun(folders: ReadonlyMap<string, string>, run: number): UnknownRun | null {
  const missing = findMissingRun(folders, run);
  return missing && { ...fail('unknown-run', missing.message, { advice: missing.known }), mayCome: missing.mayCome };
}
