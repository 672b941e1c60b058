// Tells whom the file names of what happens: never in the way of anything else, in order, tried again, and given up in the journal.
import { hostname } from 'node:os';
import { probeExec } from '../process/probe-exec.ts';
import { postJson } from '../process/webhook.ts';
import type { ProjectSpec } from '../spec.ts';
import type { JournalEntry, RecordedEntry } from '../supervisor/journal-entry.ts';
import { hearEntry, NOBODY_TOLD, type Notice, type NotificationStep, nextNoticeAtMs, retryDelayMs, tellDue } from '../supervisor/notice.ts';
import { monotonicMs } from './clock.ts';
import type { Journal } from './journal.ts';
import { describeEvent, describeTarget, writeNotice } from './notice-body.ts';

type Failure = { readonly reason: string; readonly isFinal: boolean };

/** What waits to be told to one of them; more is told of nobody. */
const MAX_WAITING = 100;
/** For what is on its way when omniroute ends. */
const LAST_WORDS_MS = 2_000;
// setTimeout takes no more than 2^31-1 ms, and would fire at once.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export class Notifier {
  readonly #project: () => ProjectSpec;
  readonly #announce: (entry: JournalEntry) => void;
  readonly #queues = new Map<string, { waiting: number; last: Promise<void> }>();
  /** No more attempts after those under way. */
  readonly #closing = new AbortController();
  /** Lets go of those too. */
  readonly #abort = new AbortController();
  #state = NOBODY_TOLD;
  #timer: NodeJS.Timeout | null = null;

  /** Hears of every entry from now on; `project` is the one that runs. */
  constructor(journal: Journal, project: () => ProjectSpec, announce: (entry: JournalEntry) => void) {
    this.#project = project;
    this.#announce = announce;
    journal.subscribe(journal.seq, (entry) => this.#hear(entry));
  }

  /** Gives what is on its way a moment, and what could not be told to the journal. */
  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#closing.abort();
    const limit = setTimeout(() => this.#abort.abort(), LAST_WORDS_MS);
    await Promise.all([...this.#queues.values()].map(({ last }) => last));
    clearTimeout(limit);
  }

  #hear(entry: RecordedEntry): void {
    const { notifications } = this.#project();
    if (notifications.length > 0 || this.#state.listeners.length > 0)
      this.#take(hearEntry(this.#state, entry, notifications, monotonicMs()));
  }

  #take({ state, notices }: NotificationStep): void {
    this.#state = state;
    for (const notice of notices) this.#enqueue(notice);
    if (this.#timer) clearTimeout(this.#timer);
    const dueAtMs = nextNoticeAtMs(state);
    if (dueAtMs === null || this.#closing.signal.aborted) return;
    this.#timer = setTimeout(
      () => this.#take(tellDue(this.#state, monotonicMs())),
      Math.min(Math.max(1, dueAtMs - monotonicMs()), LONGEST_TIMEOUT_MS),
    );
    this.#timer.unref();
  }

  /** One after another to the same target: a recovery must not arrive before the failure. */
  #enqueue(notice: Notice): void {
    const key = JSON.stringify(notice.to.target);
    const queue = this.#queues.get(key) ?? { waiting: 0, last: Promise.resolve() };
    this.#queues.set(key, queue);
    if (queue.waiting >= MAX_WAITING) return this.#giveUp(notice, `${MAX_WAITING} others wait to be told`);
    queue.waiting += 1;
    queue.last = queue.last.then(() => this.#deliver(notice)).finally(() => (queue.waiting -= 1));
  }

  async #deliver(notice: Notice): Promise<void> {
    const { attempts } = notice.to;
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#attempt(notice);
      if (failure === null) return this.#note('notification-sent', notice, 'was told');
      const tried = attempt === 1 ? '' : `, after ${attempt} attempts`;
      if (failure.isFinal || attempt >= attempts || this.#closing.signal.aborted) return this.#giveUp(notice, `${failure.reason}${tried}`);
      await sleepUnless(this.#closing.signal, retryDelayMs(attempt));
    }
  }

  async #attempt(notice: Notice): Promise<Failure | null> {
    const { target, timeoutMs } = notice.to;
    const project = this.#project();
    const { body, env } = writeNotice(notice, project, hostname());
    if (target.type === 'webhook') {
      // Whatever it is, it is no reason to end: an address that Node refuses, say.
      return postJson({ ...target, body, timeoutMs, abort: this.#abort.signal }).catch((error: Error) => ({
        reason: error.message,
        isFinal: true,
      }));
    }
    const options = { timeoutMs, cwd: project.dir, env: { ...ownEnvironment(), ...env }, abort: this.#abort.signal };
    const reason = await probeExec({ type: 'exec', command: target.command }, options);
    return reason === null ? null : { reason, isFinal: false };
  }

  #giveUp(notice: Notice, reason: string): void {
    this.#note('notification-failed', notice, 'could not be told', `: ${reason}`);
  }

  // About the project: in the story of a service, who was told of it is no cause.
  #note(type: 'notification-sent' | 'notification-failed', { to, event, entry }: Notice, what: string, reason = ''): void {
    const text = `${describeTarget(to.target)} ${what} that ${describeEvent(event, entry)}${reason}`;
    this.#announce({ type, service: null, run: null, text });
  }
}

function ownEnvironment(): Record<string, string> {
  const given = Object.entries(process.env).filter((each): each is [string, string] => each[1] !== undefined);
  return Object.fromEntries(given);
}

function sleepUnless(signal: AbortSignal, ms: number): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
