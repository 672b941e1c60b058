// How the latest run of a service ended, and why it is down, on record for the omniroute that goes on.
import type { Cause, CauseType, ExitStatus, RunEndState } from '../supervisor/cause.ts';
import type { ServiceState } from '../supervisor/state.ts';

export interface RecordedEnd {
  readonly service: string;
  readonly end: RunEndState;
  /** Null: it is not down. */
  readonly downFor: Cause | null;
}

/** `text`: may quote what a program printed, or the file says. */
type FieldKind = 'number' | 'word' | 'text' | 'words';

const FIELDS: Readonly<Record<CauseType, Readonly<Record<string, FieldKind>>>> = {
  exit: { code: 'number' },
  signal: { signal: 'word' },
  'spawn-error': { code: 'word', message: 'text' },
  'start-timeout': { afterMs: 'number' },
  'fail-on': { line: 'text' },
  liveness: { reason: 'text' },
  'oom-heap': {},
  'oom-kernel': {},
  'memory-soft': { rssBytes: 'number' },
  'memory-hard': { rssBytes: 'number' },
  dependency: { service: 'word' },
  'file-watch': { path: 'text' },
  schedule: {},
  'config-reload': { fields: 'words' },
  user: { actor: 'word' },
  down: {},
  lost: {},
  unknown: {},
};

const IS_KIND: Readonly<Record<FieldKind, (value: unknown) => boolean>> = {
  number: Number.isFinite,
  word: (value) => typeof value === 'string',
  text: (value) => typeof value === 'string',
  words: (value) => Array.isArray(value) && value.every((word) => typeof word === 'string'),
};

/** `mask` takes secrets out of a text. Null: it never ran. */
export function recordEnd({ name, lastEnd, desired }: ServiceState, mask: (text: string) => string): RecordedEnd | null {
  if (lastEnd === null) return null;
  const end = { ...lastEnd, cause: maskCause(lastEnd.cause, mask), lastLine: lastEnd.lastLine === null ? null : mask(lastEnd.lastLine) };
  return { service: name, end, downFor: desired.type === 'down' ? maskCause(desired.cause, mask) : null };
}

function maskCause(cause: Cause, mask: (text: string) => string): Cause {
  const texts = Object.entries(cause).filter(([field]) => FIELDS[cause.type][field] === 'text');
  return { ...cause, ...Object.fromEntries(texts.map(([field, text]) => [field, mask(text)])) };
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

function isCause(cause: Cause): boolean {
  if (!Object.hasOwn(FIELDS, cause?.type)) return false;
  return Object.entries(FIELDS[cause.type]).every(([field, kind]) => IS_KIND[kind]((cause as unknown as Record<string, unknown>)[field]));
}

function isExit(exit: ExitStatus | null): boolean {
  if (exit === null) return true;
  return exit?.signal === null ? Number.isInteger(exit.code) : typeof exit?.signal === 'string' && exit.code === null;
}
