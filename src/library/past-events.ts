import type { RecordedEntry } from '../control/protocol.ts';
import { type Failure, OmnirouteError, unwrap } from './failure.ts';
import type { LocatedProject } from './locate-project.ts';
import { readJournal } from './read-journal.ts';
import { explainUnanswered, openProject, type RunningProject } from './running-project.ts';

export interface PastEvents {
  readonly ok: true;
  readonly entries: readonly RecordedEntry[];
}

/**
 * The entries after `afterSeq` up to the snapshot, in order: those of this supervisor from its memory, as the disk may be full, those of
 * the ones before it from the journal on disk.
 */
export async function findPastEvents({ client, snapshot, project }: RunningProject, afterSeq: number): Promise<PastEvents | Failure> {
  if (snapshot.seq <= afterSeq) return { ok: true, entries: [] };
  const entries: RecordedEntry[] = [];
  const ended = new AbortController();
  const keep = (entry: RecordedEntry): void => {
    if (entry.seq <= snapshot.seq) entries.push(entry);
    if (entry.seq >= snapshot.seq) ended.abort();
  };
  const answer = await client.events(afterSeq, keep, ended.signal);
  if (!answer.ok) return explainUnanswered(project, answer);
  const first = entries[0]?.seq ?? snapshot.seq + 1;
  if (first === afterSeq + 1) return { ok: true, entries };
  const older = (readJournal(project.stateDir) ?? []).filter(({ seq }) => seq > afterSeq && seq < first);
  return { ok: true, entries: [...older, ...entries] };
}

/** The entries after `afterSeq` that are kept, from disk alone where no supervisor runs; rejects with what it says where there are none either. */
export async function* iteratePastEvents(
  locate: () => Promise<LocatedProject>,
  actor: string,
  afterSeq: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordedEntry, void, undefined> {
  const project = await locate();
  const opened = await openProject(project, { usage: false, actor });
  if (!opened.ok && opened.code !== 'not-running' && opened.code !== 'outlived') throw new OmnirouteError(opened);
  const entries = opened.ok ? unwrap(await findPastEvents(opened, afterSeq)).entries : readJournal(project.stateDir);
  if (entries === null) return void unwrap(opened);
  for (const entry of entries) {
    if (signal?.aborted) return;
    if (entry.seq > afterSeq) yield entry;
  }
}
