// `watch:` of a service: its paths, debounced into one event per burst of changes.
import { relative } from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { WatchSpec } from '../spec.ts';

const DEBOUNCE_MS = 100;
/** Editors' and tools' droppings that never mean a change of the program. */
const ALWAYS_IGNORED = /(^|[/\\])(\.git|node_modules|\.omniroute)([/\\]|$)|~$|\.sw[a-p]x?$|(^|[/\\])4913$/;

export class PathWatcher {
  readonly #onChange: (service: string, path: string) => void;
  readonly #watchers = new Map<string, { close(): void }>();

  constructor(onChange: (service: string, path: string) => void) {
    this.#onChange = onChange;
  }

  /** Watches these paths for the service instead of earlier ones; null: watches nothing. */
  set(service: string, watch: WatchSpec | null, dir: string): void {
    this.#watchers.get(service)?.close();
    this.#watchers.delete(service);
    if (watch) this.#watchers.set(service, this.#watch(service, watch, dir));
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(service: string, { paths, ignore }: WatchSpec, dir: string): { close(): void } {
    let watcher: FSWatcher | null = null;
    let closed = false;
    let timer: NodeJS.Timeout | null = null;
    const changed = (path: string): void => {
      if (timer) clearTimeout(timer);
      timer = setTimeout(() => this.#onChange(service, relative(dir, path) || path), DEBOUNCE_MS);
    };
    // Loaded only where a service is watched.
    void Promise.all([import('chokidar'), import('picomatch')]).then(([{ watch }, { default: picomatch }]) => {
      if (closed) return;
      const ignored = picomatch([...ignore], { dot: true });
      const isIgnored = (path: string): boolean => ALWAYS_IGNORED.test(path) || ignored(relative(dir, path));
      watcher = watch([...paths], { ignored: isIgnored, ignoreInitial: true }).on('all', (_, path) => changed(path));
    });
    return {
      close: () => {
        closed = true;
        if (timer) clearTimeout(timer);
        void watcher?.close();
      },
    };
  }
}
