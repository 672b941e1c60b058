// `GET /v1/logs` and `/v1/services/{name}/logs`: from the files, like `omniroute logs`. Reading waits for the reader and lets the supervisor work between.

import { dirname } from 'node:path';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { followLogs } from '../logs/follow.ts';
import { toJsonLine } from '../logs/format.ts';
import type { LogLine } from '../logs/log-query.ts';
import { readLogs } from '../logs/log-reader.ts';
import type { Call } from './call.ts';
import type { Feed } from './feed.ts';
import { LogGrep } from './log-grep.ts';
import { answerProblem, type Problem } from './problem.ts';
import type { LogRequest, ServiceSnapshot } from './protocol.ts';
import { formatEvent, type OpenFeeds, wantsEvents } from './sse.ts';
import { refuseUnknownRun } from './unknown-run.ts';

/** Lines between two looks at what else there is to do. */
const BATCH_LINES = 200;

/** Lines of several services are merged by time. */
export function answerLogs(call: Call, services: readonly ServiceSnapshot[], request: LogRequest, feeds: OpenFeeds): void {
  const folders = new Map(services.map(({ name, logFile }) => [name, dirname(logFile)]));
  const unknown = refuseUnknownRun(services, folders, request);
  if (unknown !== null) return answerProblem(call, unknown);
  const ended = new AbortController();
  const asEvents = request.follow || wantsEvents(call);
  const onClose = () => ended.abort();
  const feed = asEvents ? feeds.openEvents(call, onClose) : feeds.open(call, 'application/x-ndjson', onClose);
  const sender = new LineSender(feed, request.grep, asEvents);
  void sendLogs(folders, request, sender, ended.signal).then(
    () => feed.finish(),
    (error: Error) => sender.refuse({ error: 'internal', message: `the log cannot be read: ${error.message}` }),
  );
}

async function sendLogs(folders: ReadonlyMap<string, string>, request: LogRequest, sender: LineSender, signal: AbortSignal): Promise<void> {
  const { sinceMs, untilMs, lastLines, stream, run, follow } = request;
  const query = { sinceMs, untilMs, lastLines, grep: null, stream, run };
  if (follow) return followLogs(folders, query, (line) => sender.sendSoon(line), signal);
  let batch: LogLine[] = [];
  for (const line of readLogs(folders, query)) {
    batch.push(line);
    if (batch.length < BATCH_LINES) continue;
    await sender.send(batch);
    if (signal.aborted) return;
    batch = [];
  }
  await sender.send(batch);
}

class LineSender {
  readonly #feed: Feed;
  readonly #grep: LogGrep;
  readonly #asEvents: boolean;
  #sent = 0;

  constructor(feed: Feed, grep: string | null, asEvents: boolean) {
    this.#feed = feed;
    this.#grep = new LogGrep(grep);
    this.#asEvents = asEvents;
  }

  async send(lines: readonly LogLine[]): Promise<void> {
    this.#push(lines);
    await this.#feed.room();
    await letOthersRun();
  }

  /** A promise where reading has to wait. */
  sendSoon(line: LogLine): void | Promise<void> {
    this.#sent += 1;
    if (this.#sent % BATCH_LINES === 0) return this.send([line]);
    this.#push([line]);
    return this.#feed.room();
  }

  /** The status was sent long ago: the last thing a reader gets is the problem. */
  refuse(problem: Problem): void {
    this.#feed.finish(this.#asEvents ? formatEvent({ event: 'problem', data: problem }) : `${JSON.stringify(problem)}\n`);
  }

  #push(lines: readonly LogLine[]): void {
    const matching = this.#grep.filter(lines);
    if (matching === null) {
      this.refuse({
        error: 'bad-request',
        message: 'grep takes too long on these lines: make it simpler, or read them with `omniroute logs -g`',
      });
      return;
    }
    const texts = matching.map((line) =>
      this.#asEvents ? formatEvent({ data: toJsonLine(line) }) : `${JSON.stringify(toJsonLine(line))}\n`,
    );
    if (texts.length > 0) this.#feed.push(texts.join(''));
  }
}
