// What the causes consist of: which of it may hold secrets, and whether something that was written down is one.
import type { Cause, CauseType } from '../supervisor/cause.ts';
import type { JournalEntry } from '../supervisor/journal-entry.ts';

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

/** `mask` takes secrets out of a text. */
export function maskCause(cause: Cause, mask: (text: string) => string): Cause {
  const texts = Object.entries(cause).filter(([field]) => FIELDS[cause.type][field] === 'text');
  return texts.length === 0 ? cause : { ...cause, ...Object.fromEntries(texts.map(([field, text]) => [field, mask(text)])) };
}

/** What is told of something, likewise. */
export function maskEntry(entry: JournalEntry, mask: (text: string) => string): JournalEntry {
  return { ...entry, text: mask(entry.text), ...(entry.cause && { cause: maskCause(entry.cause, mask) }) };
}

/** How a run ended, likewise. */
export function maskEnd<End extends { readonly cause: Cause; readonly lastLine: string | null }>(
  end: End,
  mask: (text: string) => string,
): End {
  return { ...end, cause: maskCause(end.cause, mask), lastLine: end.lastLine === null ? null : mask(end.lastLine) };
}

/** Of what may have been edited, or written by a version with causes that this one has no words for. */
export function isCause(cause: Cause): boolean {
  if (!Object.hasOwn(FIELDS, cause?.type)) return false;
  return Object.entries(FIELDS[cause.type]).every(([field, kind]) => IS_KIND[kind]((cause as unknown as Record<string, unknown>)[field]));
}
