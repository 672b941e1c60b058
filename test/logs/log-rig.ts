// What the log of one test holds.
import { type LogLine, type LogQuery, readLogs } from '../../src/logs/log-reader.ts';
import type { LogPolicy } from '../../src/spec.ts';

export const POLICY: LogPolicy = { maxSizeBytes: 10_485_760, keep: 5, maxLineBytes: 65_536 };
export const EVERYTHING: LogQuery = { sinceMs: null, untilMs: null, lastLines: null, grep: null, stream: 'any', run: null };

export function linesIn(folder: string, query: Partial<LogQuery> = {}): LogLine[] {
  return [...readLogs(new Map([['web', folder]]), { ...EVERYTHING, ...query })];
}

export function textsIn(folder: string, query: Partial<LogQuery> = {}): string[] {
  return linesIn(folder, query).map(({ text }) => text);
}

export function mustNotDrop(droppedBytes: number, error: string): void {
  throw new Error(`${droppedBytes} bytes dropped: ${error}`);
}
