import type { LogLine } from './log-query.ts';

interface Head {
  line: LogLine;
  readonly rest: Iterator<LogLine>;
  readonly order: number;
}

/** Several logs as one, by time; at the same time in the order given. Holds one line of each. */
export function* mergeLines(logs: readonly Iterable<LogLine>[]): Generator<LogLine> {
  const heads: Head[] = [];
  logs.forEach((log, order) => {
    const rest = log[Symbol.iterator]();
    const first = rest.next();
    if (!first.done) insert(heads, { line: first.value, rest, order });
  });
  for (let head = heads.shift(); head !== undefined; head = heads.shift()) {
    yield head.line;
    const next = head.rest.next();
    if (next.done) continue;
    head.line = next.value;
    insert(heads, head);
  }
}

/** The last `wanted` of `total` lines. */
export function* lastOf(lines: Iterable<LogLine>, total: number, wanted: number): Generator<LogLine> {
  let left = total;
  for (const line of lines) {
    if (left-- <= wanted) yield line;
  }
}

/** From the front: the log that had the earliest line most often has the next one too. */
function insert(heads: Head[], head: Head): void {
  let at = 0;
  for (let other = heads[at]; other !== undefined && isBefore(other, head); other = heads[++at]);
  heads.splice(at, 0, head);
}

function isBefore(a: Head, b: Head): boolean {
  return a.line.time === b.line.time ? a.order < b.order : a.line.time < b.line.time;
}
