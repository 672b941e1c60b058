// Numbers as people read them.

/** Time that has passed, in two units at most: `45s`, `12m`, `2h03m`, `3d04h`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes < 10 && seconds % 60 !== 0 ? `${minutes}m${two(seconds % 60)}s` : `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** Time that is left, finer while it is short: `3.2s`, `48s`, `9m12s`. */
export function formatRemaining(ms: number): string {
  const left = Math.max(0, ms);
  return left < 10_000 ? `${(Math.ceil(left / 100) / 10).toFixed(1)}s` : formatElapsed(left);
}

/** `31 M`; with a limit `212 / 1024 M`. */
export function formatMemory(bytes: number | null, limitBytes: number | null): string {
  if (bytes === null) return '-';
  const used = mebibytes(bytes);
  return limitBytes === null ? `${used} M` : `${used} / ${mebibytes(limitBytes)} M`;
}

/** `512 B`, `12 KiB`, `3.4 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${Math.round(bytes / 1024)} KiB`;
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

export function formatPercent(value: number | null): string {
  return value === null ? '-' : `${value < 10 && value > 0 ? Number(value.toFixed(1)) : Math.round(value)}%`;
}

/** Local wall clock: `14:03:22.120`. */
export function formatClock(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** Local date and time: `2026-11-23 14:03:22`. */
export function formatInstant(atMs: number): string {
  const at = new Date(atMs);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `1 service`, `3 services`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
