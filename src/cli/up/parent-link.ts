// What a detached supervisor and the process that started it say to each other, in lines of JSON over one socket: the request and the
// project, loaded while the child still loads itself; then how the start went. The parent keeps it open for as long as it wants to see more.
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { LoadResult } from '../../config/load.ts';
import type { DaemonResult } from '../../daemon/options.ts';
import type { ListenAddress } from './listen-token.ts';
import type { UpRequest } from './up-request.ts';

export type DetachedRequest = Omit<UpRequest, 'listen'> & { readonly listen: ListenAddress | null };

export type BootReport =
  | { readonly type: 'started'; readonly socket: string; readonly listenProblem: string | null }
  | Exclude<DaemonResult, { type: 'ended' }>;

export interface Parent {
  /** Null: it has gone already. */
  readonly request: Promise<DetachedRequest | null>;
  /** Null: the parent leaves it to the child. */
  readonly firstLoad: Promise<LoadResult | null>;
  /** Only the first report counts; a parent that has gone does not matter. */
  report(report: BootReport): void;
  /** Resolves when the parent has seen enough, or is gone. */
  readonly released: Promise<void>;
}

const PARENT_FD = 3;

/** Throws where this process was not started by `startDetached`. */
export function openParent(): Parent {
  let reported = false;
  const socket = new Socket({ fd: PARENT_FD, readable: true, writable: true });
  const released = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const readLine = readLines(socket);
  const request = readLine<DetachedRequest>();
  const firstLoad = readLine<LoadResult>();
  // A parent that waits for ever keeps nothing alive.
  void firstLoad.then(() => socket.unref());
  return {
    request,
    firstLoad,
    released,
    report(report) {
      if (reported) return;
      reported = true;
      try {
        writeSync(PARENT_FD, `${JSON.stringify(report)}\n`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      }
    },
  };
}

/** Null when the child ended without a report. */
export function readBootReport(pipe: Readable): Promise<BootReport | null> {
  return readLines(pipe)<BootReport>();
}

export function tellChild(pipe: Writable, said: DetachedRequest | LoadResult | null): void {
  pipe.write(`${JSON.stringify(said)}\n`);
}

/** The next line as JSON, each time; null: it ended before. */
function readLines(pipe: Readable): <T>() => Promise<T | null> {
  const lines: string[] = [];
  const waiting: ((line: string | null) => void)[] = [];
  let rest: string[] = [];
  let ended = false;
  const give = (): void => {
    while (waiting.length > 0 && (lines.length > 0 || ended)) waiting.shift()?.(lines.shift() ?? null);
  };
  const end = (): void => {
    ended = true;
    give();
  };
  pipe.setEncoding('utf8');
  pipe.on('data', (chunk: string) => {
    const [first = '', ...others] = chunk.split('\n');
    rest.push(first);
    for (const other of others) {
      lines.push(rest.join(''));
      rest = [other];
    }
    give();
  });
  for (const event of ['end', 'close', 'error']) pipe.on(event, end);
  return <T>() =>
    new Promise<T | null>((resolve) => {
      waiting.push((line) => resolve(line === null ? null : (JSON.parse(line) as T)));
      give();
    });
}
