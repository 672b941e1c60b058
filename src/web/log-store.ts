// The live logs of the services that are chosen. Lines are taken in by the frame: a flood slows the sender, never the page.
import { signal } from '@preact/signals';
import type { LogLine } from '../logs/log-query.ts';
import type { Api } from './api.ts';
import { type LineChoice, LogRing } from './log-ring.ts';
import { nextFrame, sleep } from './next-frame.ts';

const HISTORY_LINES = 2000;
const CONNECT_AGAIN_MS = 1000;
/** Of each frame, for reading; the rest is for drawing and for whoever clicks. */
const SLICE_MS = 7;

export class LogStore {
  readonly ring = new LogRing();
  /** Grows when `ring` has changed. */
  readonly version = signal(0);
  /** Null: all. */
  readonly chosen = signal<readonly string[] | null>(null);
  readonly #api: Api;
  #following = new AbortController();
  #isOpen = false;
  #waiting: LogLine[] = [];
  #sliceEndsAtMs = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Begins when logs are looked at first. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    void this.#follow();
  }

  choose(services: readonly string[] | null): void {
    if (JSON.stringify(services) === JSON.stringify(this.chosen.value)) return;
    this.chosen.value = services;
    this.reopen();
  }

  /** From the history on, as where services were added. */
  reopen(): void {
    if (!this.#isOpen) return;
    this.#following.abort();
    this.#following = new AbortController();
    this.clear();
    void this.#follow();
  }

  show(choice: LineChoice): void {
    this.ring.choose(choice);
    this.version.value += 1;
  }

  clear(): void {
    this.#waiting = [];
    this.ring.clear();
    this.version.value += 1;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#following;
    let lastMs: number | null = null;
    while (!signal.aborted) {
      const query = new URLSearchParams((this.chosen.value ?? []).map((name) => ['service', name]));
      query.set('follow', '1');
      if (lastMs === null) query.set('n', String(HISTORY_LINES));
      else query.set('since', String(lastMs + 1));
      const onLine = (line: LogLine): void | Promise<void> => {
        lastMs = line.time;
        return this.#take(line, signal);
      };
      await this.#api.follow(
        `/v1/logs?${query}`,
        ({ event, data }) => (event === 'message' ? onLine(JSON.parse(data) as LogLine) : undefined),
        signal,
      );
      if (!signal.aborted) await sleep(CONNECT_AGAIN_MS);
    }
  }

  #take(line: LogLine, signal: AbortSignal): void | Promise<void> {
    if (signal.aborted) return;
    if (this.#waiting.length === 0) void nextFrame().then(() => this.#flush());
    this.#waiting.push(line);
    if (performance.now() > this.#sliceEndsAtMs) {
      return nextFrame().then(() => {
        this.#sliceEndsAtMs = performance.now() + SLICE_MS;
      });
    }
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    this.ring.append(this.#waiting);
    this.#waiting = [];
    this.version.value += 1;
  }
}
