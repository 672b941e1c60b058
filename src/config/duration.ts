/** Why a text is no duration or size, and what to write instead. */
export interface QuantityProblem {
  readonly message: string;
  readonly hint: string | null;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_DAYS = 3650;
const EXAMPLES = 'write 250ms, 10s, 5m, 1h30m or 2d';

/** `250ms`, `10s`, `1h30m`, `1.5s` → whole milliseconds; `0s` is a duration too. */
export function parseDuration(text: string): number | QuantityProblem {
  if (/^-/.test(text)) return { message: `\`${text}\` is negative`, hint: EXAMPLES };
  if (/^\d+(\.\d+)?$/.test(text)) return { message: `\`${text}\` has no unit`, hint: `write ${text}s or ${text}ms` };
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return { message: `\`${text}\` is not a duration`, hint: EXAMPLES };
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) ms += Number(amount) * (UNITS[unit as string] as number);
  if (ms > MAX_DAYS * 86_400_000) return { message: `\`${text}\` is too long`, hint: `at most ${MAX_DAYS}d` };
  return Math.round(ms);
}

/** Short enough for a table: `250ms`, `3.2s`, `45s`, `5m`, `2h03m`, `3d04h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 10_000) return `${Number((Math.round(ms / 100) / 10).toFixed(1))}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(minutes, 'm', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? join(hours, 'h', minutes % 60, 'm') : join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${String(small).padStart(2, '0')}${smallUnit}`;
}
