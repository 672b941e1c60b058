// How the latest run of a service ended, and why it is down, on record for the omniroute that goes on.
import type { Cause, ExitStatus, RunEndState } from '../supervisor/cause.ts';
import type { ServiceState } from '../supervisor/state.ts';
import { isCause, maskCause, maskEnd } from './cause-fields.ts';

export interface RecordedEnd {
  readonly service: string;
  readonly end: RunEndState;
  /** Null: it is not down. */
  readonly downFor: Cause | null;
}

/** `mask` takes secrets out of a text. Null: it never ran. */
export function recordEnd({ name, lastEnd, desired }: ServiceState, mask: (text: string) => string): RecordedEnd | null {
  if (lastEnd === null) return null;
  return { service: name, end: maskEnd(lastEnd, mask), downFor: desired.type === 'down' ? maskCause(desired.cause, mask) : null };
}

/** Whether it can be used: somebody may have edited it, and another version may know causes that this one has no words for. */
export function isRecordedEnd(value: RecordedEnd): boolean {
  const { service, end, downFor } = value ?? {};
  return (
    typeof service === 'string' &&
    Number.isInteger(end?.run) &&
    [end.atMs, end.uptimeMs].every(Number.isFinite) &&
    (end.lastLine === null || typeof end.lastLine === 'string') &&
    isCause(end.cause) &&
    isExit(end.exit) &&
    (downFor === null || isCause(downFor))
  );
}

function isExit(exit: ExitStatus | null): boolean {
  if (exit === null) return true;
  return exit?.signal === null ? Number.isInteger(exit.code) : typeof exit?.signal === 'string' && exit.code === null;
}
