// The journal of causes: kept in memory for subscribers, on disk as JSON lines for `events`, and as plain sentences in omniroute's own log.
import { join } from 'node:path';
import type { JournalEntry, RecordedEntry } from '../supervisor/journal-entry.ts';
import { AppendFile } from './append-file.ts';
import { lastSeqOf } from './last-seq.ts';

const KEPT_IN_MEMORY = 2_000;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

export type JournalListener = (entry: RecordedEntry) => void;

export class Journal {
  readonly #events: AppendFile;
  readonly #log: AppendFile;
  readonly #listeners = new Set<JournalListener>();
  readonly #recent: RecordedEntry[] = [];
  #seq: number;
  #problem: string | null = null;

  /** `folder`: the supervisor's own, `<state_dir>/supervisor`. Continues the numbers of an earlier supervisor. */
  constructor(folder: string) {
    this.#events = new AppendFile(join(folder, 'events'), MAX_FILE_BYTES);
    this.#log = new AppendFile(join(folder, 'log'), MAX_FILE_BYTES);
    this.#seq = lastSeqOf([join(folder, 'events'), join(folder, 'events.1')]);
  }

  get seq(): number {
    return this.#seq;
  }

  /** In words why entries are not on disk, only told to whoever listens; null: they are. */
  get problem(): string | null {
    return this.#problem;
  }

  record(entry: JournalEntry, time: number): RecordedEntry {
    this.#seq += 1;
    const recorded: RecordedEntry = { seq: this.#seq, time, ...entry };
    this.#recent.push(recorded);
    if (this.#recent.length > KEPT_IN_MEMORY * 2) this.#recent.splice(0, KEPT_IN_MEMORY);
    this.#write(
      `${JSON.stringify(recorded)}\n`,
      `${new Date(time).toISOString()} ${entry.service ?? 'omniroute'} ${entry.type}: ${entry.text}\n`,
    );
    for (const listener of this.#listeners) listener(recorded);
    return recorded;
  }

  /** Entries after `afterSeq` that are still in memory, then every new one. Synchronous, so none between is lost. */
  subscribe(afterSeq: number, listener: JournalListener): () => void {
    for (const entry of this.#recent) if (entry.seq > afterSeq) listener(entry);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#events.close();
    this.#log.close();
  }

  /** A journal that cannot be written (a full disk) is no reason to stop supervising: subscribers still get every entry. */
  #write(event: string, sentence: string): void {
    try {
      this.#events.append(event);
      this.#log.append(sentence);
      this.#problem = null;
    } catch (error) {
      // The next entry tries again.
      this.#problem = `the journal cannot be written: ${(error as Error).message}`;
    }
  }

  /** The latest entries about a service, the newest first. */
  latestOf(service: string, count: number): RecordedEntry[] {
    return this.#recent
      .filter((entry) => entry.service === service)
      .slice(-count)
      .reverse();
  }
}
