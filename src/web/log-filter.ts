// What is looked for in the logs: words as they are, or an expression between slashes.

export type LogFilter = { readonly ok: true; readonly pattern: RegExp | null } | { readonly ok: false; readonly message: string };

/** `/…/` and `/…/i` are regular expressions; anything else is text, in whatever case. Empty: everything. */
export function parseFilter(typed: string): LogFilter {
  if (typed === '') return { ok: true, pattern: null };
  const expression = /^\/(.+)\/(i?)$/.exec(typed);
  if (expression === null) return { ok: true, pattern: new RegExp(typed.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi') };
  try {
    return { ok: true, pattern: new RegExp(expression[1] as string, `g${expression[2]}`) };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

export interface Marked {
  readonly text: string;
  readonly isMatch: boolean;
}

/** The text in pieces, matches apart. */
export function markMatches(text: string, pattern: RegExp | null): Marked[] {
  if (pattern === null) return [{ text, isMatch: false }];
  const pieces: Marked[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (match === '') continue;
    if (index > end) pieces.push({ text: text.slice(end, index), isMatch: false });
    pieces.push({ text: match, isMatch: true });
    end = index + match.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isMatch: false });
  return pieces;
}

export function matches(text: string, pattern: RegExp | null): boolean {
  if (pattern === null) return true;
  pattern.lastIndex = 0;
  return pattern.test(text);
}
