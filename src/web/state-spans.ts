// The journal as spans of one state: what each service was, and for how long.
import type { RecordedEntry } from '../control/protocol.ts';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

export interface Span {
  readonly tone: Tone;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a service is from this entry on. Entries that are no state are not here. */
const BEGINS: Readonly<Partial<Record<RecordedEntry['type'], Tone>>> = {
  waiting: 'busy',
  starting: 'busy',
  ready: 'good',
  adopted: 'good',
  unready: 'warn',
  stopping: 'busy',
  stopped: 'idle',
  exited: 'idle',
  crashed: 'bad',
  backoff: 'warn',
  completed: 'idle',
  failed: 'bad',
};

/** The spans of one service within a window; `entries` in order of time. */
export function findSpans(
  entries: readonly RecordedEntry[],
  service: string,
  window: { readonly fromMs: number; readonly toMs: number },
): Span[] {
  const changes = entries.flatMap((entry) => {
    const tone = entry.service === service ? BEGINS[entry.type] : undefined;
    return tone === undefined ? [] : [{ tone, at: entry.time }];
  });
  return changes.flatMap(({ tone, at }, n) => {
    const fromMs = Math.max(at, window.fromMs);
    const toMs = Math.min(changes[n + 1]?.at ?? window.toMs, window.toMs);
    return toMs > fromMs ? [{ tone, fromMs, toMs }] : [];
  });
}
