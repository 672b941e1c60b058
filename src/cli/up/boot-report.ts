// How the detached child tells its parent that it runs, or why not: one line of JSON on file descriptor 3, a socket that
// the parent keeps open for as long as it wants to see how the start goes.
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { DaemonResult } from '../../daemon/options.ts';

export type BootReport =
  | { readonly type: 'started'; readonly socket: string; readonly listenProblem: string | null }
  | Exclude<DaemonResult, { type: 'ended' }>;

export interface Parent {
  /** Only the first report counts; a parent that has gone does not matter. */
  report(report: BootReport): void;
  /** Resolves when the parent has seen enough, or is gone. */
  readonly released: Promise<void>;
}

const REPORT_FD = 3;

export function openParent(): Parent {
  let reported = false;
  const socket = new Socket({ fd: REPORT_FD, readable: true, writable: true });
  const released = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  socket.resume();
  // A parent that waits for ever keeps nothing alive.
  socket.unref();
  return {
    released,
    report(report) {
      if (reported) return;
      reported = true;
      try {
        writeSync(REPORT_FD, `${JSON.stringify(report)}\n`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      }
    },
  };
}

/** Null when the child ended without a report. */
export function readBootReport(pipe: Readable): Promise<BootReport | null> {
  return new Promise((resolve) => {
    let text = '';
    const settle = () => resolve(text.includes('\n') ? (JSON.parse(text.slice(0, text.indexOf('\n'))) as BootReport) : null);
    pipe.setEncoding('utf8');
    pipe.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) settle();
    });
    pipe.on('end', settle);
    pipe.on('error', settle);
  });
}
