// The lines that the view holds: what services printed and what omniroute did, as one list by time, bounded for each service.
import type { RecordedEntry } from '../../control/protocol.ts';
import { visibleText } from '../../logs/line-text.ts';
import type { LogLine } from '../../logs/log-query.ts';
import { formatBytes } from '../render/humanize.ts';
import { printable } from '../render/text-width.ts';

/** Of each service, and as many entries about it. */
export const KEPT_LINES = 1000;
/** While somebody reads further up, what stands there stays for longer. */
const KEPT_WHILE_READING = 10_000;
/** The rest of a longer line is in the log file. */
const MAX_CHARACTERS = 4096;

export interface KeptLine extends LinePosition {
  /** Null: about the project. */
  readonly service: string | null;
  /** Without escapes: what filter and search look at. */
  readonly text: string;
  readonly content: { readonly type: 'printed'; readonly line: LogLine } | { readonly type: 'entry'; readonly entry: RecordedEntry };
}

/** Where a line is, also when it is no longer there. */
export interface LinePosition {
  readonly time: number;
  /** Grows with each line that arrives. */
  readonly serial: number;
}

/** What is kept of a line: what a terminal would show of it in the end, and of a long one the beginning and how long it is. */
export function shortenLine(line: LogLine): LogLine {
  const from = line.text.lastIndexOf('\r') + 1;
  const length = line.text.length - from;
  if (from === 0 && length <= MAX_CHARACTERS) return line;
  // A slice would keep the whole line in memory.
  const kept = Buffer.from(line.text.slice(from, from + MAX_CHARACTERS), 'utf16le').toString('utf16le');
  return { ...line, text: length <= MAX_CHARACTERS ? kept : `${kept} … (${formatBytes(length)} in all)` };
}

/** `line` is short already. */
export function keepPrinted(line: LogLine, serial: number): KeptLine {
  const { service, time, text } = line;
  return { service, time, serial, text: visibleText(text), content: { type: 'printed', line } };
}

export function keepEntry(entry: RecordedEntry, serial: number): KeptLine {
  const { service, time } = entry;
  return { service, time, serial, text: describeEntry(entry), content: { type: 'entry', entry } };
}

/** `server crashed: exit 1` */
export function describeEntry({ service, type, text }: RecordedEntry): string {
  const what = type.replaceAll('-', ' ');
  return `${service === null ? what : `${service} ${what}`}: ${printable(text)}`;
}

/** Both by time; at the same time what came first stands first. Beyond the bound the oldest lines of that service go. */
export function addLines(
  kept: readonly KeptLine[],
  news: readonly KeptLine[],
  options: { readonly isReading: boolean },
): readonly KeptLine[] {
  const sorted = news.toSorted(byTime);
  const firstMs = sorted[0]?.time ?? 0;
  const from = kept.findLastIndex(({ time }) => time <= firstMs) + 1;
  const merged = [...kept.slice(0, from), ...[...kept.slice(from), ...sorted].sort(byTime)];
  return dropOldest(merged, options.isReading ? KEPT_WHILE_READING : KEPT_LINES);
}

function dropOldest(lines: readonly KeptLine[], bound: number): readonly KeptLine[] {
  const excess = new Map<string, number>();
  for (const line of lines) excess.set(sourceOf(line), (excess.get(sourceOf(line)) ?? -bound) + 1);
  if (Math.max(...excess.values()) <= 0) return lines;
  return lines.filter((line) => {
    const over = excess.get(sourceOf(line)) ?? 0;
    excess.set(sourceOf(line), over - 1);
    return over <= 0;
  });
}

function sourceOf({ service, content }: KeptLine): string {
  return `${content.type} ${service ?? ''}`;
}

function byTime(a: LinePosition, b: LinePosition): number {
  return a.time - b.time;
}
