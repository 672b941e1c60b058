// A folder for one test, and what its log holds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type LogLine, type LogQuery, readLogs } from '../../src/logs/log-reader.ts';
import type { LogPolicy } from '../../src/spec.ts';

export const POLICY: LogPolicy = { maxSizeBytes: 10_485_760, keep: 5, maxLineBytes: 65_536 };
export const EVERYTHING: LogQuery = { sinceMs: null, untilMs: null, lastLines: null, grep: null, stream: 'any', run: null };

/** Removed when the test ends. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'omniroute-logs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function linesIn(folder: string, query: Partial<LogQuery> = {}): LogLine[] {
  return [...readLogs(new Map([['web', folder]]), { ...EVERYTHING, ...query })];
}

export function textsIn(folder: string, query: Partial<LogQuery> = {}): string[] {
  return linesIn(folder, query).map(({ text }) => text);
}

export function mustNotDrop(droppedBytes: number, error: string): void {
  throw new Error(`${droppedBytes} bytes dropped: ${error}`);
}
