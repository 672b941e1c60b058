// `GET /v1/events`: the journal of causes, from where the client already is.
import type { Call } from './call.ts';
import { integer } from './log-parameters.ts';
import { answerProblem } from './problem.ts';
import type { RecordedEntry, Supervision } from './protocol.ts';
import { formatEvent, type OpenFeeds, wantsEvents } from './sse.ts';

/** A client that reconnects says Last-Event-ID, and that is newer than the `after` of its address. */
export function answerJournal(call: Call, supervision: Supervision, feeds: OpenFeeds): void {
  const after = call.header('last-event-id') ?? call.query('after') ?? '0';
  const afterSeq = integer(after, 0, Number.MAX_SAFE_INTEGER);
  if (afterSeq === undefined)
    return answerProblem(call, { error: 'bad-request', message: 'after (or Last-Event-ID) must be the seq of an entry' });
  if (wantsEvents(call) || call.query('follow') === '1') followEntries(call, supervision, feeds, afterSeq);
  else call.answerJson(entriesAfter(supervision, afterSeq));
}

function entriesAfter(supervision: Supervision, afterSeq: number): RecordedEntry[] {
  const entries: RecordedEntry[] = [];
  supervision.subscribe(afterSeq, (entry) => entries.push(entry))();
  return entries;
}

function followEntries(call: Call, supervision: Supervision, feeds: OpenFeeds, afterSeq: number): void {
  let unsubscribe: () => void = () => undefined;
  const feed = feeds.openEvents(call, () => unsubscribe());
  let isReplay = true;
  unsubscribe = supervision.subscribe(afterSeq, (entry) => {
    const text = formatEvent({ id: entry.seq, data: entry });
    if (isReplay) feed.replay(text);
    else feed.push(text);
    // Dropped: what it would get from now on need not even be formatted.
    if (!feed.isOpen) unsubscribe();
  });
  isReplay = false;
}
