// What services print, from their files: so it is there too while omniroute is not, and the supervisor has no work with it.
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceSnapshot } from '../../control/protocol.ts';
import { followLogs } from '../../logs/follow.ts';
import type { LogLine } from '../../logs/log-query.ts';
import { KEPT_LINES, shortenLine } from './kept-lines.ts';
import type { TopEvent } from './model.ts';

/** Lines come together for so long before they are shown. */
const GATHER_MS = 40;
/** Between two looks at what else there is to do. */
const BATCH_LINES = 500;
const HISTORY_LINES = 200;

export interface LogFeed {
  /** From now on also these; those it has already go on. */
  follow(services: readonly ServiceSnapshot[]): void;
}

/** Posts the last lines of each service, then those that come; of a flood only as many as are kept anyway. */
export function openLogFeed(post: (event: TopEvent) => void, signal: AbortSignal): LogFeed {
  const followed = new Set<string>();
  const waiting = new Map<string, LogLine[]>();
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    timer = null;
    const lines = [...waiting.values()].flatMap((each) => each.slice(-KEPT_LINES));
    waiting.clear();
    post({ type: 'lines-read', lines });
  };
  const add = (line: LogLine) => {
    const lines = waiting.get(line.service) ?? [];
    waiting.set(line.service, lines);
    lines.push(shortenLine(line));
    if (lines.length >= 2 * KEPT_LINES) lines.splice(0, KEPT_LINES);
    timer ??= setTimeout(flush, GATHER_MS);
  };
  const query = { sinceMs: null, untilMs: null, lastLines: HISTORY_LINES, grep: null, stream: 'any' as const, run: null };
  const followOne = (service: ServiceSnapshot) => {
    let read = 0;
    const onLine = (line: LogLine) => {
      add(line);
      read += 1;
      // A flood must not keep the keyboard from being heard.
      return read % BATCH_LINES === 0 ? sleep(0) : undefined;
    };
    return followLogs(new Map([[service.name, dirname(service.logFile)]]), query, onLine, signal);
  };
  signal.addEventListener('abort', () => timer !== null && clearTimeout(timer));
  return {
    follow(services) {
      for (const service of services) {
        if (followed.has(service.name)) continue;
        followed.add(service.name);
        followOne(service).catch((error: Error) => {
          // It is tried again with the next snapshot.
          followed.delete(service.name);
          post({ type: 'told', ok: false, text: `the log of ${service.name} cannot be read: ${error.message}` });
        });
      }
    },
  };
}
