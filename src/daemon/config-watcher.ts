// Tells when the text of the project's files has changed: once per save, however an editor saves.
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { monotonicMs } from './clock.ts';

const DEBOUNCE_MS = 100;
/** A file that is gone or empty is most likely being saved: how long the rest of the save may take. */
const HALF_SAVED_MS = 1_000;
/** A re-pointed symlink is missed by every way of watching: look at the files themselves now and then. */
const LOOK_MS = 5_000;

export class ConfigWatcher {
  readonly #onChange: () => void;
  #sources: readonly string[] = [];
  #hash = '';
  /** Sources that are gone or empty for good, such as an env file that nobody needs. */
  #absent: ReadonlySet<string> = new Set();
  #halfSavedUntilMs: number | null = null;
  #watcher: FSWatcher | null = null;
  #debounce: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #look: NodeJS.Timeout;

  /** `onChange`: the files read differently than when `watch` was called last. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#look = setInterval(() => this.#check(), LOOK_MS);
    this.#look.unref();
  }

  /** Takes the present text of these files as known, and watches the folders they are in: a file that is replaced is a new file. */
  async watch(sources: readonly string[]): Promise<void> {
    this.#hash = hashOf(sources);
    this.#absent = new Set(sources.filter(isAbsent));
    if (sources.join('\0') === this.#sources.join('\0')) return;
    this.#sources = sources;
    await this.#watcher?.close();
    const { watch } = await import('chokidar');
    if (this.#closed) return;
    const wanted = new Set(sources.flatMap((file) => [resolve(file), realPath(file)]));
    const folders = new Set([...wanted].map((file) => dirname(file)));
    const watcher = watch([...folders], {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => !folders.has(path) && !wanted.has(path) && !sources.some((file) => basename(file) === basename(path)),
    }).on('all', () => this.#schedule());
    this.#watcher = watcher;
    await new Promise<void>((ready) => watcher.once('ready', ready));
    // Saved while the watching began.
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#look);
    if (this.#debounce) clearTimeout(this.#debounce);
    void this.#watcher?.close();
  }

  #schedule(delayMs = DEBOUNCE_MS): void {
    if (this.#debounce) clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => this.#check(), delayMs);
  }

  #check(): void {
    if (this.#closed) return;
    const hash = hashOf(this.#sources);
    const changed = hash !== this.#hash;
    const halfSaved = changed && this.#sources.some((file) => !this.#absent.has(file) && isAbsent(file));
    const nowMs = monotonicMs();
    this.#halfSavedUntilMs = halfSaved ? (this.#halfSavedUntilMs ?? nowMs + HALF_SAVED_MS) : null;
    if (!changed) return;
    if (this.#halfSavedUntilMs !== null && nowMs < this.#halfSavedUntilMs) return this.#schedule(this.#halfSavedUntilMs - nowMs);
    this.#hash = hash;
    this.#onChange();
  }
}

function hashOf(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source).update('\0').update(contentOf(source)).update('\0');
  return hash.digest('hex');
}

function isAbsent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

function contentOf(path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
