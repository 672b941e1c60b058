import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Probe } from '../spec.ts';
import { describeExit } from '../supervisor/cause.ts';
import { killOnAbort, runToEnd } from './command.ts';
import { describeTimeout } from './timeout.ts';

export interface ProbeOptions {
  /** Of the whole attempt. */
  readonly timeoutMs: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Kills its group at once. */
  readonly abort?: AbortSignal;
}

const MAX_TAIL_BYTES = 4096;
const MAX_LINE_LENGTH = 200;
/** For the rest of the output, after the end, where something that left the group still holds the pipe. */
const DRAIN_MS = 250;

/** Succeeds with exit 0. A failure quotes the last line that the command printed: `exit 2: "no such table"`. */
export async function probeExec(
  { command }: Extract<Probe, { type: 'exec' }>,
  { timeoutMs, cwd, env, abort }: ProbeOptions,
): Promise<string | null> {
  const tails: Tail[] = [];
  const end = await runToEnd({ command, cwd, env, stdout: 'pipe', stderr: 'pipe' }, timeoutMs, (started) => {
    killOnAbort(started, abort);
    const { stdout, stderr } = started;
    for (const stream of [stderr, stdout]) if (stream !== null) tails.push(new Tail(stream));
  });
  const ok = end.type === 'exit' && end.exit.code === 0;
  if (!ok) await Promise.all(tails.map((tail) => tail.settled()));
  for (const tail of tails) tail.close();
  if (end.type === 'not-started') return end.message;
  const line = tails.map((tail) => tail.lastLine()).find((text) => text !== '');
  const quote = line === undefined ? '' : `: ${JSON.stringify(line)}`;
  if (end.type === 'timeout') return `${describeTimeout(timeoutMs)}${quote}`;
  return ok ? null : `${describeExit(end.exit)}${quote}`;
}

/** The end of what a stream brings, in bounded memory. */
class Tail {
  readonly #stream: Readable;
  #bytes = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-MAX_TAIL_BYTES);
    });
  }

  /** The stream has ended, or the wait for it; never rejects. */
  async settled(): Promise<void> {
    const timer = setTimeout(() => this.#stream.destroy(), DRAIN_MS);
    await finished(this.#stream).catch(() => {});
    clearTimeout(timer);
  }

  close(): void {
    this.#stream.destroy();
  }

  lastLine(): string {
    const lines = stripVTControlCharacters(this.#bytes.toString('utf8')).split(/\r?\n/);
    return (lines.findLast((line) => line.trim() !== '') ?? '').trim().slice(0, MAX_LINE_LENGTH);
  }
}
