import { setImmediate as letOthersRun } from 'node:timers/promises';
import { followLogs } from '../logs/follow.ts';
import type { LogLine, LogQuery } from '../logs/log-query.ts';
import { readLogs } from '../logs/log-reader.ts';
import { selectServices } from '../service-name.ts';
import { OmnirouteError } from './failure.ts';
import { iterate } from './iterate.ts';
import type { LocatedProject } from './locate-project.ts';
import { findLogFolders, withDeclared } from './log-folders.ts';
import type { LogsQuery } from './project-client.ts';
import type { Surroundings } from './project-files.ts';
import { findUnknownName } from './unknown-name.ts';
import { findUnknownRun } from './unknown-run.ts';
import { failUnusableState } from './unusable-state.ts';

/** Lines between two looks at what else there is to do: reading files holds the process. */
const BATCH_LINES = 200;

/**
 * The lines asked for, from the files. Rejects with `unknown-service` for one that neither has logged nor is in the file, with `unknown-run`
 * for a run that no log holds; followed, one that is still to come is waited for.
 */
export async function* iterateLogs(
  locate: () => Promise<LocatedProject>,
  env: Surroundings['env'],
  { services = [], follow = false, signal, ...asked }: LogsQuery,
): AsyncGenerator<LogLine, void, undefined> {
  const project = await locate();
  const unusable = failUnusableState(project);
  if (unusable !== null) throw new OmnirouteError(unusable);
  const logged = findLogFolders(project);
  const needsDeclared = follow || services.some((name) => !logged.has(name));
  const folders = needsDeclared ? await withDeclared(project, env, logged) : logged;
  const names = selectServices(services, [...folders.keys()]);
  const unknown = await findUnknownName(names, [...folders.keys()]);
  if (unknown !== null) throw new OmnirouteError(unknown);
  const wanted = new Map([...folders].filter(([name]) => names.length === 0 || names.includes(name)));
  const query = queryOf(asked);
  if (follow) {
    const missing = query.run === null ? null : findUnknownRun(wanted, query.run);
    if (missing !== null && !missing.mayCome) throw new OmnirouteError(missing);
    yield* iterate((listener, ended) => followLogs(wanted, query, listener, ended), signal);
    return;
  }
  let isEmpty = true;
  for await (const line of readInTurns(wanted, query, signal)) {
    isEmpty = false;
    yield line;
  }
  // Only then: looking for a run takes as long as reading it.
  const missing = isEmpty && query.run !== null && !signal?.aborted ? findUnknownRun(wanted, query.run) : null;
  if (missing !== null) throw new OmnirouteError(missing);
}

async function* readInTurns(folders: ReadonlyMap<string, string>, query: LogQuery, signal: AbortSignal | undefined) {
  let lines = 0;
  for (const line of readLogs(folders, query)) {
    lines += 1;
    if (lines % BATCH_LINES === 0) await letOthersRun();
    if (signal?.aborted) return;
    yield line;
  }
}

function queryOf({ sinceMs, untilMs, lastLines, grep, stream, run }: LogsQuery): LogQuery {
  return {
    sinceMs: sinceMs ?? null,
    untilMs: untilMs ?? null,
    lastLines: lastLines ?? null,
    grep: grep ?? null,
    stream: stream ?? 'any',
    run: run ?? null,
  };
}
