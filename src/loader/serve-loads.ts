// The process that loads for a supervisor: ends with its standard input, or is killed.
import { readSync, writeSync } from 'node:fs';
import module from 'node:module';
import type { LoadAnswer, LoadOrder, LoadRequest } from './loader.ts';

declare const __VERSION__: string;

const STDIN = 0;
const STDOUT = 1;

/** Step by step: it does nothing beside, and Node's streams take as long to load as half a project. */
export async function serveLoads(env: Environment): Promise<void> {
  const project = await import('./load-now.ts');
  const answer = (request: LoadRequest): LoadAnswer => {
    try {
      return { version: __VERSION__, result: project.loadNow(request, env) };
    } catch (error) {
      return { version: __VERSION__, crash: (error as Error).stack ?? String(error) };
    }
  };
  const isCurrent = (request: LoadRequest, ahead: Ahead): boolean =>
    'result' in ahead.answer && ahead.request === JSON.stringify(request) && project.isStillTrue(ahead.answer.result);
  let ahead: Ahead | null = null;
  for (let line = readLine(); line !== null; line = readLine()) {
    const { isAhead, ...request } = JSON.parse(line) as LoadOrder;
    if (isAhead) {
      ahead = { request: JSON.stringify(request), answer: answer(request) };
      continue;
    }
    write(`${JSON.stringify(ahead !== null && isCurrent(request, ahead) ? ahead.answer : answer(request))}\n`);
    ahead = null;
    // It is killed when it has answered. Node 22.10 and later; the types are of 20.
    (module as { flushCompileCache?: () => void }).flushCompileCache?.();
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Ahead {
  /** As JSON. */
  readonly request: string;
  readonly answer: LoadAnswer;
}

let received = Buffer.alloc(0);

/** Null: its end. */
function readLine(): string | null {
  const chunk = Buffer.allocUnsafe(65_536);
  for (;;) {
    const end = received.indexOf('\n');
    if (end >= 0) {
      const line = received.toString('utf8', 0, end);
      received = received.subarray(end + 1);
      return line;
    }
    const length = readSync(STDIN, chunk);
    if (length === 0) return null;
    received = Buffer.concat([received, chunk.subarray(0, length)]);
  }
}

function write(text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(STDOUT, bytes, written);
  } catch (error) {
    // Whoever asked has gone, and so does this.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
