// History first, then what comes: nothing is lost or shown twice between them, and none of it where the files are rotated.
import { type FSWatcher, watch } from 'node:fs';
import { FollowedLog } from './followed-log.ts';
import type { LogLine, LogQuery } from './log-query.ts';
import { lastOf, mergeLines } from './merge-lines.ts';

/** After the first change, so that a flood of small writes is read in batches. */
const GATHER_MS = 10;
/** For folders that do not exist yet, and where watching is not to be had. */
const POLL_MS = 500;

/**
 * Calls `onLine` for the lines that a query asks for, history merged by time, then as they arrive, until the signal is aborted.
 * A last line without newline waits until its end comes, or its run's. Where `onLine` returns a promise, reading waits for it.
 * Folders need not exist yet. Rejects with what the file system throws, and with what `onLine` throws.
 */
export async function followLogs(
  folders: ReadonlyMap<string, string>,
  query: LogQuery,
  onLine: (line: LogLine) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const logs = [...folders].map(([service, folder]) => new FollowedLog(service, folder, query));
  const changes = new ChangeSignal([...folders.values()], signal);
  try {
    const total = logs.reduce((sum, log) => sum + log.historyLines, 0);
    const history = mergeLines(logs.map((log) => log.history()));
    await deliver(query.lastLines === null ? history : lastOf(history, total, query.lastLines), onLine, signal);
    while (!signal.aborted) {
      await deliver(mergeLines(logs.map((log) => log.news())), onLine, signal);
      await changes.next();
    }
  } finally {
    changes.close();
    for (const log of logs) log.close();
  }
}

async function deliver(lines: Iterable<LogLine>, onLine: (line: LogLine) => void | Promise<void>, signal: AbortSignal): Promise<void> {
  for (const line of lines) {
    if (signal.aborted) return;
    const wait = onLine(line);
    if (wait !== undefined) await wait;
  }
}

/** Tells that something may have changed in one of the folders, or that it is time to look anyway. */
class ChangeSignal {
  readonly #folders: readonly string[];
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #signal: AbortSignal;
  #changed = false;
  #wake: () => void = () => {};

  constructor(folders: readonly string[], signal: AbortSignal) {
    this.#folders = folders;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
    this.#watchAll();
  }

  /** Resolves a moment after the next change, at the latest when polling is due, at once when the signal is aborted. */
  async next(): Promise<void> {
    this.#watchAll();
    if (!this.#changed) await this.#sleep(POLL_MS);
    if (this.#changed) await this.#sleep(GATHER_MS);
    this.#changed = false;
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  readonly #onAbort = (): void => this.#wake();

  #sleep(ms: number): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #watchAll(): void {
    for (const folder of this.#folders) {
      if (!this.#watchers.has(folder)) this.#watch(folder);
    }
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#onChange());
      watcher.on('error', () => this.#unwatch(folder));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      // Not there yet, or no more watches to be had: polling does without.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  #unwatch(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #onChange(): void {
    if (this.#changed) return;
    this.#changed = true;
    this.#wake();
  }
}
