// Tells when the text of the project's files has changed: once per save, however an editor saves.
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { hashSources } from '../config/sources.ts';
import { realPath } from '../control/real-path.ts';
import { monotonicMs } from './clock.ts';

const DEBOUNCE_MS = 100;
/** A file that is gone or empty is most likely being saved: how long the rest of the save may take. */
const HALF_SAVED_MS = 1_000;
/** A re-pointed symlink is missed by every way of watching: look at the files themselves now and then. */
const LOOK_MS = 5_000;

export interface FileListener {
  /** Something happens to the files: they read differently by now, and may be half written. Once per save. */
  onStir?(): void;
  /** They read differently than when it was called last, or than they were known to. */
  onChange(): void;
}

export class ConfigWatcher {
  readonly #told: FileListener;
  #sources: readonly string[] = [];
  #hash = '';
  #hasToldOfStir = false;
  /** Sources that are gone or empty for good, such as an env file that nobody needs. */
  #absent: ReadonlySet<string> = new Set();
  #halfSavedUntilMs: number | null = null;
  readonly #watchers: FSWatcher[] = [];
  #debounce: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #look: NodeJS.Timeout;

  constructor(told: FileListener) {
    this.#told = told;
    this.#look = setInterval(() => this.#check(), LOOK_MS);
    this.#look.unref();
  }

  /** Takes the text of these files that `hash` is of as known, and watches the folders they are in: a file that is replaced is a new file. */
  watch(sources: readonly string[], hash: string): void {
    this.#absent = new Set(sources.filter(isAbsent));
    this.#hash = hash;
    if (sources.join('\0') === this.#sources.join('\0')) return;
    this.#sources = sources;
    this.#unwatch();
    const wanted = new Set(sources.flatMap((file) => [resolve(file), realPath(resolve(file))]));
    for (const folder of new Set([...wanted].map((file) => dirname(file)))) this.#watchFolder(folder, wanted);
  }

  /** Tells of nothing until it is to watch again. */
  rest(): void {
    this.watch([], hashSources([]));
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#look);
    if (this.#debounce) clearTimeout(this.#debounce);
    this.#unwatch();
  }

  // Folders alone, not with chokidar: that looks at every file in them whenever one is written, and may hold the process for a second.
  #watchFolder(folder: string, wanted: ReadonlySet<string>): void {
    try {
      const watcher = watch(folder, (_, name) => (name === null || wanted.has(join(folder, name))) && this.#stir());
      // A folder that is not there, no more watches to be had: the look every few seconds has to do.
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    }
  }

  #unwatch(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  #stir(): void {
    if (!this.#hasToldOfStir && this.#told.onStir && hashSources(this.#sources) !== this.#hash) {
      this.#hasToldOfStir = true;
      this.#told.onStir();
    }
    this.#schedule();
  }

  #schedule(delayMs = DEBOUNCE_MS): void {
    if (this.#debounce) clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => this.#check(), delayMs);
  }

  #check(): void {
    this.#debounce = null;
    this.#hasToldOfStir = false;
    if (this.#closed) return;
    const hash = hashSources(this.#sources);
    const changed = hash !== this.#hash;
    const halfSaved = changed && this.#sources.some((file) => !this.#absent.has(file) && isAbsent(file));
    const nowMs = monotonicMs();
    this.#halfSavedUntilMs = halfSaved ? (this.#halfSavedUntilMs ?? nowMs + HALF_SAVED_MS) : null;
    if (!changed) return;
    if (this.#halfSavedUntilMs !== null && nowMs < this.#halfSavedUntilMs) return this.#schedule(this.#halfSavedUntilMs - nowMs);
    this.#hash = hash;
    this.#told.onChange();
  }
}

/** As good as absent: a link in a circle, or what lies in a folder that may not be entered. */
function isAbsent(path: string): boolean {
  try {
    return statSync(path).size === 0;
  } catch {
    return true;
  }
}
