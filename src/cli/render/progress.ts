// What is not where it should be yet, kept from journal entries: the lines below the log while `up` and the like wait.
import type { RecordedEntry, ServiceSnapshot } from '../../control/protocol.ts';
import { stateAfter } from '../../library/state-after.ts';
import type { Paint } from '../screen.ts';
import { formatElapsed } from './humanize.ts';
import { paintState } from './state-color.ts';
import { cutText, padText, printable } from './text-width.ts';

type OnTheWay = 'waiting' | 'starting' | 'stopping' | 'backoff' | 'unready';

export interface PendingService {
  readonly state: OnTheWay;
  readonly text: string;
  readonly sinceMs: number;
}

export type Pending = ReadonlyMap<string, PendingService>;

const ON_THE_WAY: ReadonlySet<ServiceSnapshot['state']> = new Set<OnTheWay>(['waiting', 'starting', 'stopping', 'backoff', 'unready']);

function isOnTheWay(state: ServiceSnapshot['state']): state is OnTheWay {
  return ON_THE_WAY.has(state);
}

/** Of services that somebody wants: the others are no progress. */
export function pendingOf(services: readonly ServiceSnapshot[]): Pending {
  return new Map(
    services.flatMap(({ name, state, why, since, enabled, desired }): [string, PendingService][] => {
      const wanted = enabled && (desired === 'up' || state === 'stopping');
      return wanted && isOnTheWay(state) ? [[name, { state, text: why, sinceMs: since }]] : [];
    }),
  );
}

/** The services on their way after one more entry. The time in one state is counted from its first entry. */
export function notePending(pending: Pending, entry: RecordedEntry): Pending {
  const state = stateAfter(entry);
  if (entry.service === null || state === null) return pending;
  const next = new Map(pending);
  const before = pending.get(entry.service);
  if (!isOnTheWay(state)) next.delete(entry.service);
  else next.set(entry.service, { state, text: entry.text, sinceMs: before?.state === state ? before.sinceMs : entry.time });
  return next;
}

export interface ProgressOptions {
  readonly nowMs: number;
  readonly columns: number;
  /** At most this many lines; the last one counts what is left out. */
  readonly maxLines: number;
  readonly paint: Paint;
}

/** One line a pending service, none longer than the terminal is wide. */
export function renderProgress(pending: Pending, options: ProgressOptions): string[] {
  const { nowMs, columns, maxLines, paint } = options;
  const all = [...pending];
  const shown = all.length > maxLines ? all.slice(0, maxLines - 1) : all;
  const nameWidth = Math.min(24, Math.max(...shown.map(([name]) => name.length), 0));
  const lines = shown.map(([name, service]) => {
    const plain = `${padText(cutText(name, nameWidth), nameWidth, 'right')}  ${padText(service.state, 8, 'right')}  ${formatElapsed(nowMs - service.sinceMs)}  ${printable(service.text)}`;
    return paintState(paint, service.state, cutText(plain, columns - 1));
  });
  if (shown.length < all.length) lines.push(paint.dim(cutText(`… and ${all.length - shown.length} more`, columns - 1)));
  return lines;
}
