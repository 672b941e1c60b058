// What a crash leaves to read: why it ended, and the beginning and end of what the run printed.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { neutralizeControls } from './format.ts';
import { firstLines, lastLines } from './last-lines.ts';

const HEAD_LINES = 20;
const TAIL_LINES = 50;
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z(?:_\d+)?\.txt$/;

/**
 * Writes `crashes/<UTC time>.txt` in the service's folder and removes the oldest reports beyond `keep`; returns its path.
 * `timeMs` is wall clock. Throws what the file system throws.
 */
export function writeCrashReport(
  folder: string,
  header: Readonly<Record<string, string>>,
  run: number,
  timeMs: number,
  keep: number,
): string {
  const crashes = join(folder, 'crashes');
  mkdirSync(crashes, { recursive: true, mode: 0o700 });
  const path = writeNew(crashes, new Date(timeMs).toISOString().replaceAll(':', '-'), render(header, outputOf(folder, run)));
  for (const name of listReports(crashes).slice(0, -keep)) rmSync(join(crashes, name), { force: true });
  return path;
}

/** Path of the newest report; null: there is none. Throws what the file system throws, but not for a folder that does not exist. */
export function latestCrashReport(folder: string): string | null {
  const crashes = join(folder, 'crashes');
  const name = listReports(crashes).at(-1);
  return name === undefined ? null : join(crashes, name);
}

/** Sections of lines under their titles; all lines in one where they are few. */
function outputOf(folder: string, run: number): Record<string, readonly string[]> {
  const tail = lastLines(folder, run, HEAD_LINES + TAIL_LINES + 1);
  if (tail.length <= HEAD_LINES + TAIL_LINES) return { output: tail };
  return {
    [`output, first ${HEAD_LINES} lines kept`]: firstLines(folder, run, HEAD_LINES),
    [`output, last ${TAIL_LINES} lines`]: tail.slice(-TAIL_LINES),
  };
}

function render(header: Readonly<Record<string, string>>, output: Readonly<Record<string, readonly string[]>>): string {
  const facts = Object.entries(header).map(([key, value]) => `${key}: ${value.replaceAll('\n', '\n  ')}\n`);
  const sections = Object.entries(output).map(
    ([title, lines]) => `\n--- ${title} ---\n${lines.map((line) => `${neutralizeControls(line)}\n`).join('')}`,
  );
  return facts.join('') + sections.join('');
}

/** Never over another report: a second one of the same moment gets a number that sorts behind it. */
function writeNew(crashes: string, time: string, text: string): string {
  for (let n = 1; ; n++) {
    const path = join(crashes, n === 1 ? `${time}.txt` : `${time}_${String(n).padStart(3, '0')}.txt`);
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Names of the reports, oldest first. */
function listReports(crashes: string): string[] {
  try {
    return readdirSync(crashes)
      .filter((name) => NAME.test(name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
