// The query of `GET …/logs`, checked: a misspelt parameter must not show the whole log.
import type { LogRequest } from './protocol.ts';

export type ParsedLogRequest = { readonly ok: true; readonly request: LogRequest } | { readonly ok: false; readonly message: string };

const MAX_LINES = 10_000;
const MAX_GREP_LENGTH = 1_000;

type Reader = (text: string) => unknown;

/** What each parameter means; undefined: it is not understood. */
const PARAMETERS: Readonly<Record<string, { readonly field: keyof LogRequest; readonly expected: string; readonly read: Reader }>> = {
  n: { field: 'lastLines', expected: `a number of lines from 0 to ${MAX_LINES}`, read: (text) => integer(text, 0, MAX_LINES) },
  since: { field: 'sinceMs', expected: 'milliseconds since 1970 or a date such as 2026-01-31T14:03:00Z', read: instant },
  until: { field: 'untilMs', expected: 'milliseconds since 1970 or a date such as 2026-01-31T14:03:00Z', read: instant },
  grep: { field: 'grep', expected: `a regular expression of at most ${MAX_GREP_LENGTH} characters`, read: pattern },
  stream: { field: 'stream', expected: 'any, out or err', read: (text) => (['any', 'out', 'err'].includes(text) ? text : undefined) },
  run: {
    field: 'run',
    expected: 'the number of a run, or -1 for the latest',
    read: (text) => integer(text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  },
  follow: { field: 'follow', expected: '1 or 0', read: (text) => ({ '1': true, true: true, '0': false, false: false })[text] },
};

const NOTHING_ASKED: LogRequest = { sinceMs: null, untilMs: null, lastLines: null, grep: null, stream: 'any', run: null, follow: false };

export function parseLogRequest(query: Readonly<Record<string, string>>): ParsedLogRequest {
  const request: Record<string, unknown> = { ...NOTHING_ASKED };
  for (const [name, text] of Object.entries(query)) {
    if (name === 'token') continue;
    const parameter = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (parameter === undefined)
      return { ok: false, message: `no parameter named ${name}; parameters: ${Object.keys(PARAMETERS).join(', ')}` };
    const value = parameter.read(text);
    if (value === undefined) return { ok: false, message: `${name} must be ${parameter.expected}` };
    request[parameter.field] = value;
  }
  return { ok: true, request: request as unknown as LogRequest };
}

/** A whole number within bounds, else undefined. */
export function integer(text: string, min: number, max: number): number | undefined {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function instant(text: string): number | undefined {
  const value = integer(text, 0, Number.MAX_SAFE_INTEGER) ?? Date.parse(text);
  return Number.isNaN(value) ? undefined : value;
}

function pattern(text: string): string | undefined {
  try {
    return text.length <= MAX_GREP_LENGTH && new RegExp(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
