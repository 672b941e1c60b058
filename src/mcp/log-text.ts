// Lines of a log for an agent: with what tells them apart, without escapes, and never more than it can read.
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { LogGrep } from '../control/log-grep.ts';
import { fail, OmnirouteError } from '../library/failure.ts';
import { formatLine } from '../logs/format.ts';
import type { LogLine } from '../logs/log-query.ts';

const MAX_CHARACTERS = 50_000;
const MAX_LINE_CHARACTERS = 2_000;
/** Matched together: entering the matching budget costs more than a match. */
const BATCH_LINES = 200;

const FORMAT = { showsTime: true, paint: (text: string) => text, keepsColors: false, raw: false } as const;

/** `2026-01-31 14:03:07.123 web │!text`, `!` for stderr; of too much the end. */
export function writeLines(lines: readonly LogLine[]): string {
  const nameWidth = Math.max(0, ...lines.map(({ service }) => service.length));
  const texts = lines.map((line) => shorten(formatLine(line, { ...FORMAT, nameWidth })));
  let kept = texts.length;
  for (let characters = 0; kept > 0; kept -= 1) {
    characters += (texts[kept - 1] as string).length + 1;
    if (characters > MAX_CHARACTERS) break;
  }
  const left = kept === 0 ? [] : [`(${kept} earlier lines left out: ask for fewer lines, one service, or a shorter time)`];
  return [...left, ...texts.slice(kept)].join('\n');
}

function shorten(text: string): string {
  return text.length <= MAX_LINE_CHARACTERS ? text : `${text.slice(0, MAX_LINE_CHARACTERS)}… (${text.length} characters)`;
}

export interface Found {
  /** The last of them. */
  readonly lines: readonly LogLine[];
  readonly total: number;
}

/** Rejects with `bad-request` for a pattern that does not compile, or takes too long on these lines. */
export async function searchLines(lines: AsyncIterable<LogLine>, pattern: string, wanted: number): Promise<Found> {
  const grep = compile(pattern);
  let found: LogLine[] = [];
  let total = 0;
  let batch: LogLine[] = [];
  const match = (): void => {
    const matching = grep.filter(batch);
    if (matching === null) throw new OmnirouteError(fail('bad-request', 'this pattern takes too long on these lines: make it simpler'));
    batch = [];
    total += matching.length;
    found = [...found, ...matching].slice(-wanted);
  };
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < BATCH_LINES) continue;
    match();
    await letOthersRun();
  }
  match();
  return { lines: found, total };
}

function compile(pattern: string): LogGrep {
  try {
    return new LogGrep(pattern);
  } catch (error) {
    throw new OmnirouteError(fail('bad-request', `this is no regular expression: ${(error as Error).message}`));
  }
}
