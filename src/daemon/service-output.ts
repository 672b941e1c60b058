// What one service prints: from its two FIFOs to its log, and through its patterns to the core.
import { closeSync } from 'node:fs';
import { LineMatcher, type Pattern } from '../logs/line-matcher.ts';
import { LineSplitter } from '../logs/line-splitter.ts';
import { visibleText } from '../logs/line-text.ts';
import { readLogs } from '../logs/log-reader.ts';
import { LogWriter } from '../logs/log-writer.ts';
import { lookForExitsSoon } from '../process/exit.ts';
import { type FifoReader, findRemovedFifo, openFifoWriter, readFifo } from '../process/fifo.ts';
import type { LogPolicy, LogStream, ServiceSpec } from '../spec.ts';

/** After the leader's exit; a grandchild may hold the pipe for ever. */
const DRAIN_MS = 250;
/** Of a run that is taken over: what tells that it is ready, and its outputs, stands at its beginning. */
const LINES_TO_REPLAY = 5_000;

export interface OutputListener {
  onReadyLine(run: number): void;
  onFailLine(run: number, line: string): void;
  onCaptured(run: number, output: string, value: string): void;
  onOverBudget(pattern: string): void;
  onDropped(droppedBytes: number, error: string): void;
}

/** Whole lines for somebody who watches: the foreground. */
export type LineListener = (stream: LogStream, text: string) => void;

export interface OutputOptions {
  readonly folder: string;
  /** Where they are now. */
  fifos(): Readonly<Record<LogStream, string>>;
  /** They are gone: makes them again, or throws. */
  restoreFifos(): void;
  readonly policy: LogPolicy;
  readonly listener: OutputListener;
  readonly onLine: LineListener | null;
}

export class ServiceOutput {
  readonly #options: OutputOptions;
  readonly #readers = new Map<LogStream, FifoReader>();
  #policy: LogPolicy;
  #log: LogWriter | null = null;
  #splitters: Partial<Record<LogStream, LineSplitter>> = {};
  #matcher: LineMatcher | null = null;
  #pending: string[] = [];
  #run = 0;
  #onSilence: () => void = () => {};

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#policy = options.policy;
  }

  get droppedBytes(): number {
    return this.#log?.droppedBytes ?? 0;
  }

  /** Opens the log, or begins one; the first byte does so too. */
  openLog(): LogWriter {
    const { folder, listener } = this.#options;
    this.#log ??= new LogWriter(folder, this.#policy, (bytes, error) => listener.onDropped(bytes, error));
    return this.#log;
  }

  /** From now on output belongs to this run and goes through its patterns. */
  beginRun(run: number, spec: ServiceSpec): void {
    this.#run = run;
    this.setPatterns(spec);
  }

  /** `listener`: when nobody writes to one of the pipes any more, at once. */
  watchSilence(listener: () => void): void {
    this.#onSilence = listener;
  }

  /** In words why nothing can be written at the moment, though it was tried again just now; null: all is well. */
  outage(nowMs: number): string | null {
    return this.#log?.outage(nowMs) ?? null;
  }

  /** Write ends for the child, to be closed once it has them; a reader is there before. Throws EMFILE and the like. */
  openWriters(): Record<LogStream, number> {
    const out = this.#openWriter('out');
    try {
      return { out, err: this.#openWriter('err') };
    } catch (error) {
      closeSync(out);
      throw error;
    }
  }

  /** A write end for a hook, whose words are the service's too. */
  openHookWriter(): number {
    return this.#openWriter('err');
  }

  /** Listens again to a run that outlived the supervisor before this one. */
  resume(pid: number): void {
    for (const stream of ['out', 'err'] as const) {
      const path = this.#options.fifos()[stream];
      // Where the folder was removed, a pipe of the same name is there by now, and the process writes to another one.
      this.#read(stream, findRemovedFifo(pid, stream, path) ?? path);
      void this.#readers.get(stream)?.drained.then(lookForExitsSoon);
    }
  }

  /**
   * What a run that was taken over has printed counts too, where its supervisor died before it had written down what followed from it.
   * Not `fail_on`: whether such a line came before the run was ready, nobody knows.
   */
  replay(spec: ServiceSpec): void {
    const patterns = patternsOf(spec).filter(({ id }) => !id.startsWith('fail:'));
    if (patterns.length === 0) return;
    const matcher = this.#createMatcher(patterns);
    const query = { sinceMs: null, untilMs: null, lastLines: null, grep: null, stream: 'any', run: this.#run } as const;
    let left = LINES_TO_REPLAY;
    for (const { text, stream } of readLogs(new Map([[spec.name, this.#options.folder]]), query)) {
      matcher.match([visibleText(text)], stream);
      left -= 1;
      if (left === 0) return;
    }
  }

  setPatterns(spec: ServiceSpec): void {
    const patterns = patternsOf(spec);
    this.#matcher = patterns.length === 0 ? null : this.#createMatcher(patterns);
    const listening = this.#matcher !== null || this.#options.onLine !== null;
    this.#splitters = listening ? { out: this.#createSplitter('out'), err: this.#createSplitter('err') } : {};
  }

  setPolicy(policy: LogPolicy): void {
    this.#policy = policy;
    this.#log?.setPolicy(policy);
  }

  /** Resolves once all that was printed is on disk, or a descendant still holds the pipe after 250 ms. */
  async drain(): Promise<void> {
    const all = Promise.all([...this.#readers.values()].map((reader) => reader.drained));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MS);
    });
    await Promise.race([all, limit]);
    clearTimeout(timer);
    for (const stream of ['out', 'err'] as const) this.#splitters[stream]?.end();
    this.#matchPending('out');
    this.openLog().endRun(this.#run, Date.now());
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#log?.close();
  }

  #openWriter(stream: LogStream): number {
    try {
      return this.#openBothEnds(stream);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // The run before this one is gone, and with it whoever wrote to the pipe that was removed.
      this.#readers.get(stream)?.close();
      this.#readers.delete(stream);
      this.#options.restoreFifos();
      return this.#openBothEnds(stream);
    }
  }

  #openBothEnds(stream: LogStream): number {
    const path = this.#options.fifos()[stream];
    this.#read(stream, path);
    return openFifoWriter(path);
  }

  #read(stream: LogStream, path: string): void {
    if (this.#readers.has(stream)) return;
    const reader = readFifo(
      path,
      (chunk) => this.#take(stream, chunk),
      () => this.#onSilence(),
    );
    this.#readers.set(stream, reader);
    void reader.drained.then(() => {
      if (this.#readers.get(stream) === reader) this.#readers.delete(stream);
    });
  }

  #take(stream: LogStream, chunk: Uint8Array): void {
    this.openLog().append(chunk, stream, this.#run, Date.now());
    const splitter = this.#splitters[stream];
    if (!splitter) return;
    splitter.push(chunk);
    this.#matchPending(stream);
  }

  #createSplitter(stream: LogStream): LineSplitter {
    const { onLine } = this.#options;
    return new LineSplitter(this.#policy.maxLineBytes, (line) => {
      onLine?.(stream, line);
      if (this.#matcher) this.#pending.push(line);
    });
  }

  /** Lines of a chunk are matched together: entering the matching budget costs more than a match. */
  #matchPending(stream: LogStream): void {
    if (this.#pending.length === 0) return;
    const lines = this.#pending;
    this.#pending = [];
    this.#matcher?.match(lines, stream);
  }

  #createMatcher(patterns: readonly Pattern[]): LineMatcher {
    const { listener } = this.#options;
    const onMatch = (id: string, line: string, captures: readonly string[]): void => {
      const [kind, name = ''] = id.split(':');
      if (kind === 'ready') listener.onReadyLine(this.#run);
      else if (kind === 'fail') listener.onFailLine(this.#run, line);
      else listener.onCaptured(this.#run, name, captures[0] ?? '');
    };
    return new LineMatcher(patterns, onMatch, (id) => listener.onOverBudget(id));
  }
}

function patternsOf({ readiness, outputs }: ServiceSpec): Pattern[] {
  const ready = readiness?.log ? [{ id: 'ready', source: readiness.log.match, flags: '', stream: readiness.log.stream }] : [];
  const fails = (readiness?.failOn ?? []).map((source, n): Pattern => ({ id: `fail:${n}`, source, flags: '', stream: 'any' }));
  const captured = Object.entries(outputs).map(
    ([name, { match, stream }]): Pattern => ({ id: `output:${name}`, source: match, flags: '', stream }),
  );
  return [...ready, ...fails, ...captured];
}
