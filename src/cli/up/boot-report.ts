// How the detached child tells its parent that it runs, or why not: one line of JSON on file descriptor 3.
import { closeSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { DaemonResult } from '../../daemon/options.ts';

export type BootReport = { readonly type: 'started'; readonly socket: string } | Exclude<DaemonResult, { type: 'ended' }>;

const REPORT_FD = 3;

/** Only the first report counts; a parent that has gone does not matter. */
export function createBootReporter(): (report: BootReport) => void {
  let reported = false;
  return (report) => {
    if (reported) return;
    reported = true;
    try {
      writeSync(REPORT_FD, `${JSON.stringify(report)}\n`);
      closeSync(REPORT_FD);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    }
  };
}

/** Null when the child ended without a report. Stops reading after it, so that the child never waits for us. */
export function readBootReport(pipe: Readable): Promise<BootReport | null> {
  return new Promise((resolve) => {
    let text = '';
    const settle = () => {
      pipe.destroy();
      resolve(text.includes('\n') ? (JSON.parse(text.slice(0, text.indexOf('\n'))) as BootReport) : null);
    };
    pipe.setEncoding('utf8');
    pipe.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) settle();
    });
    pipe.on('end', settle);
    pipe.on('error', settle);
  });
}
