// What the page knows of the project: a snapshot, fresh whenever something happens, and the journal of causes.
import { batch, computed, signal } from '@preact/signals';
import type { ProjectSnapshot, RecordedEntry, ServiceSnapshot, UsageHistory } from '../control/protocol.ts';
import type { Api, Reply } from './api.ts';
import { sleep } from './next-frame.ts';
import { UsageLog } from './usage-log.ts';

const SAMPLE_MS = 2000;
/** Longer without a sample (the page was not open, or asleep in the background), and omniroute is asked what it has seen meanwhile. */
const CATCH_UP_MS = 20_000;
const CONNECT_AGAIN_MS = 1000;
/** Entries that come together lead to one look. */
const GATHER_MS = 40;
const MAX_ENTRIES = 2000;

export type Connection = { readonly type: 'connecting' | 'live' } | { readonly type: 'lost' | 'refused'; readonly message: string };

export class ProjectStore {
  readonly connection = signal<Connection>({ type: 'connecting' });
  readonly snapshot = signal<ProjectSnapshot | null>(null);
  readonly services = computed<readonly ServiceSnapshot[]>(() => this.snapshot.value?.services ?? []);
  /** The newest last. */
  readonly entries = signal<readonly RecordedEntry[]>([]);
  /** Grows with each sample of `usage`. */
  readonly samples = signal(0);
  /** The wall clock of ages and countdowns. */
  readonly nowMs = signal(Date.now());
  readonly usage = new UsageLog();
  readonly #api: Api;
  #lookIsDue = false;
  /** Ended where another omniroute answers: it counts its entries from the beginning. */
  #following = new AbortController();

  constructor(api: Api) {
    this.#api = api;
  }

  start(): void {
    setInterval(() => {
      this.nowMs.value = Date.now();
    }, 1000);
    void this.#sample();
    void this.#followJournal();
  }

  async look(): Promise<void> {
    this.#take(await this.#api.read<ProjectSnapshot>('/v1/project'));
  }

  async #sample(): Promise<void> {
    for (;;) {
      const reply = await this.#api.read<ProjectSnapshot>('/v1/project?usage=1');
      if (reply.ok && Date.now() - this.usage.lastAtMs > CATCH_UP_MS) await this.#catchUp();
      if (reply.ok) this.usage.add(Date.now(), reply.value.services);
      this.#take(reply);
      if (reply.ok) this.samples.value += 1;
      if (this.connection.value.type === 'refused') return;
      await sleep(SAMPLE_MS);
    }
  }

  async #catchUp(): Promise<void> {
    const reply = await this.#api.read<UsageHistory>('/v1/usage');
    if (reply.ok) this.usage.addHistory(reply.value);
  }

  async #followJournal(): Promise<void> {
    for (;;) {
      this.#following = new AbortController();
      const { signal } = this.#following;
      const after = this.entries.value.at(-1)?.seq ?? 0;
      const waiting: RecordedEntry[] = [];
      await this.#api.follow(
        `/v1/events?follow=1&after=${after}`,
        ({ event, data }) => {
          if (event !== 'message') return;
          waiting.push(JSON.parse(data) as RecordedEntry);
          if (waiting.length === 1) setTimeout(() => !signal.aborted && this.#append(waiting.splice(0)), GATHER_MS);
        },
        signal,
      );
      if (this.connection.value.type === 'refused') return;
      await sleep(CONNECT_AGAIN_MS);
    }
  }

  #append(fresh: readonly RecordedEntry[]): void {
    this.entries.value = [...this.entries.value, ...fresh].slice(-MAX_ENTRIES);
    if (this.#lookIsDue) return;
    this.#lookIsDue = true;
    setTimeout(() => {
      this.#lookIsDue = false;
      void this.look();
    }, GATHER_MS);
  }

  #take(reply: Reply<ProjectSnapshot>): void {
    batch(() => {
      if (reply.ok) {
        // Answers may overtake each other.
        const known = this.snapshot.value;
        if (known !== null && known.pid !== reply.value.pid) {
          this.#following.abort();
          this.entries.value = [];
        }
        const isNewer = known === null || known.pid !== reply.value.pid || reply.value.seq >= known.seq;
        if (isNewer) this.snapshot.value = reply.value;
        if (this.connection.value.type !== 'live') this.connection.value = { type: 'live' };
      } else this.connection.value = { type: reply.reason === 'refused' ? 'refused' : 'lost', message: reply.message };
      this.nowMs.value = Date.now();
    });
  }
}
