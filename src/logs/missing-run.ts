import { keptRuns } from './kept-runs.ts';

/** A run that no log holds anything of, and which there are instead. */
export interface MissingRun {
  readonly run: number;
  /** That it is not there. */
  readonly message: string;
  /** Which there are, in words. */
  readonly known: string;
  /** The same, by service: numbers, ascending. */
  readonly kept: Readonly<Record<string, readonly number[]>>;
  /** It is later than all that there were. */
  readonly mayCome: boolean;
}

/** Null when one of these logs, by service, holds something of the run; negative ones count from the latest. Reads whole indexes. */
export function findMissingRun(folders: ReadonlyMap<string, string>, run: number): MissingRun | null {
  const kept = [...folders].map(([service, folder]) => ({ service, runs: keptRuns(folder) }));
  if (kept.some(({ runs }) => (run < 0 ? runs.length >= -run : runs.includes(run)))) return null;
  const told = kept.map(({ service, runs }) => `${service} has ${describeRuns(runs)}`).join('; ') || 'nothing was logged yet';
  const isOlder = run > 0 && kept.length > 0 && kept.every(({ runs }) => run < (runs[0] ?? 0));
  return {
    run,
    message: `there is no run ${run} in ${kept.length === 1 ? `the log of ${kept[0]?.service}` : 'any of the logs'}`,
    known: `${told}${isOlder ? '; older ones are gone: `logs.max_size` and `logs.keep` say how much is kept' : ''}`,
    kept: Object.fromEntries(kept.map(({ service, runs }) => [service, runs])),
    mayCome: kept.some(({ runs }) => run > (runs.at(-1) ?? 0)),
  };
}

/** `runs 1 to 3, 7`. */
function describeRuns(runs: readonly number[]): string {
  const [first, ...others] = runs.reduce<number[][]>((ranges, run) => {
    const range = ranges.at(-1);
    if (range !== undefined && range.at(-1) === run - 1) range.push(run);
    else ranges.push([run]);
    return ranges;
  }, []);
  if (first === undefined) return 'none';
  const told = [first, ...others].map((range) => (range.length === 1 ? `${range[0]}` : `${range[0]} to ${range.at(-1)}`));
  return `${runs.length === 1 ? 'run' : 'runs'} ${told.join(', ')}`;
}
