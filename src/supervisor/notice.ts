// Whom to tell of what: which entries of the journal are worth it, what is not told twice, and when it is tried again.

import type { NotificationEvent, NotificationSpec } from '../notification-spec.ts';
import { declaredName } from '../service-name.ts';
import type { RecordedEntry } from './journal-entry.ts';
import { sameValue } from './same-value.ts';

/** One thing to tell somebody. */
export interface Notice {
  readonly to: NotificationSpec;
  readonly event: NotificationEvent;
  readonly entry: RecordedEntry;
  /** How often the same was not told since it was told last. */
  readonly suppressed: number;
}

/** What one of them knows about one service. */
interface Told {
  readonly at: Readonly<Partial<Record<NotificationEvent, number>>>;
  readonly suppressed: Readonly<Partial<Record<NotificationEvent, number>>>;
  readonly last: Omit<Notice, 'to'> | null;
  /** Too soon to be told: told when it is due, unless it is what they know already. */
  readonly pending: { readonly event: NotificationEvent; readonly entry: RecordedEntry; readonly dueAtMs: number } | null;
}

interface Listener {
  readonly spec: NotificationSpec;
  readonly told: ReadonlyMap<string, Told>;
}

export interface NotificationState {
  /** Gave up, and were not ready since. */
  readonly failed: ReadonlySet<string>;
  readonly listeners: readonly Listener[];
}

export interface NotificationStep {
  readonly state: NotificationState;
  readonly notices: readonly Notice[];
}

export const NOBODY_TOLD: NotificationState = { failed: new Set(), listeners: [] };

const NOTHING: Told = { at: {}, suppressed: {}, last: null, pending: null };
const RETRY_AFTER_MS = [1_000, 5_000, 30_000, 120_000] as const;

/** `attempts`: how many have failed so far, from 1. */
export function retryDelayMs(attempts: number): number {
  return RETRY_AFTER_MS[attempts - 1] ?? (RETRY_AFTER_MS.at(-1) as number);
}

/** An entry of the journal; `specs` as the file has them now: whoever is still in it knows what it knew. */
export function hearEntry(
  state: NotificationState,
  entry: RecordedEntry,
  specs: readonly NotificationSpec[],
  nowMs: number,
): NotificationStep {
  const event = eventOf(state, entry);
  const kept = keepListeners(state.listeners, specs);
  if (event === null || entry.service === null) return { state: { ...state, listeners: kept }, notices: [] };
  const heard = kept.map((listener) => hear(listener, { event, entry, nowMs }));
  return {
    state: { failed: failedAfter(state, event, entry.service), listeners: heard.map(({ listener }) => listener) },
    notices: noticesOf(heard),
  };
}

/** What was too soon to be told, and is due now. */
export function tellDue(state: NotificationState, nowMs: number): NotificationStep {
  const heard = state.listeners.map((listener) => {
    const notices: Notice[] = [];
    const told = new Map(listener.told);
    for (const [key, known] of listener.told) {
      if (known.pending === null || known.pending.dueAtMs > nowMs) continue;
      const { event, entry } = known.pending;
      if (isKnown(known, event, entry)) told.set(key, { ...known, pending: null });
      else notices.push(tell(listener, told, key, { event, entry, nowMs }));
    }
    return { listener: { ...listener, told }, notices };
  });
  return { state: { ...state, listeners: heard.map(({ listener }) => listener) }, notices: noticesOf(heard) };
}

/** Null: nothing waits to be told. */
export function nextNoticeAtMs({ listeners }: NotificationState): number | null {
  const due = listeners.flatMap(({ told }) => [...told.values()].flatMap(({ pending }) => pending?.dueAtMs ?? []));
  return due.length === 0 ? null : Math.min(...due);
}

function eventOf({ failed }: NotificationState, { type, service }: RecordedEntry): NotificationEvent | null {
  if (type === 'failed' || type === 'rolled-back') return type;
  return (type === 'ready' || type === 'completed') && service !== null && failed.has(service) ? 'recovered' : null;
}

function failedAfter({ failed }: NotificationState, event: NotificationEvent, service: string): ReadonlySet<string> {
  if (event === 'rolled-back') return failed;
  const after = new Set(failed);
  if (event === 'failed') after.add(service);
  else after.delete(service);
  return after;
}

function keepListeners(listeners: readonly Listener[], specs: readonly NotificationSpec[]): Listener[] {
  return specs.map((spec) => listeners.find((each) => sameValue(each.spec, spec)) ?? { spec, told: new Map() });
}

interface Happened {
  readonly event: NotificationEvent;
  readonly entry: RecordedEntry;
  readonly nowMs: number;
}

interface Heard {
  readonly listener: Listener;
  readonly notices: readonly Notice[];
}

function hear(listener: Listener, happened: Happened): Heard {
  const { event, entry, nowMs } = happened;
  const { on, services, repeatAfterMs } = listener.spec;
  const service = entry.service as string;
  if (services !== null && !services.includes(service) && !services.includes(declaredName(service))) return { listener, notices: [] };
  // Failing and recovering are one story, whose last word counts; a change that is taken back is another.
  const key = `${event === 'rolled-back' ? 'file' : 'service'} ${service}`;
  const known = { ...(listener.told.get(key) ?? NOTHING), pending: null };
  const told = new Map(listener.told).set(key, known);
  if (!on.includes(event)) return { listener: { ...listener, told }, notices: [] };
  const dueAtMs = (known.at[event] ?? Number.NEGATIVE_INFINITY) + repeatAfterMs;
  if (nowMs >= dueAtMs) {
    const notice = tell(listener, told, key, happened);
    return { listener: { ...listener, told }, notices: [notice] };
  }
  const suppressed = { ...known.suppressed, [event]: (known.suppressed[event] ?? 0) + 1 };
  told.set(key, { ...known, suppressed, pending: { event, entry, dueAtMs } });
  return { listener: { ...listener, told }, notices: [] };
}

/** Notes in `told` that it is told. */
function tell({ spec }: Listener, told: Map<string, Told>, key: string, { event, entry, nowMs }: Happened): Notice {
  const known = told.get(key) ?? NOTHING;
  // What is told late was counted when it was held back.
  const suppressed = Math.max(0, (known.suppressed[event] ?? 0) - (known.pending === null ? 0 : 1));
  told.set(key, {
    at: { ...known.at, [event]: nowMs },
    suppressed: { ...known.suppressed, [event]: 0 },
    last: { event, entry, suppressed },
    pending: null,
  });
  return { to: spec, event, entry, suppressed };
}

function isKnown({ last }: Told, event: NotificationEvent, entry: RecordedEntry): boolean {
  return last !== null && last.event === event && (event !== 'rolled-back' || last.entry.text === entry.text);
}

function noticesOf(heard: readonly Heard[]): Notice[] {
  return heard.flatMap(({ notices }) => notices);
}
