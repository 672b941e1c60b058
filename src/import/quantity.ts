// Lengths of time and sizes as the other formats write them, in omniroute's way.
import { parseDuration } from '../config/duration.ts';
import type { Field } from './field.ts';

const SIZES: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const UNITS = ['GiB', 'MiB', 'KiB', 'B'] as const;

/** `1m30s`, `500ms`, `2h`, as Go writes them. */
export function readGoDuration(field: Field): string | undefined {
  const text = field.text();
  if (text === undefined || text.includes('$')) return text === undefined ? undefined : field.lost('it is known only once a variable is');
  const ms = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text) ? parseDuration(text) : text === '0' ? 0 : null;
  return typeof ms === 'number' ? writeMs(ms) : field.wrong('must be a length of time such as 1m30s');
}

/** A whole number of `unitMs`. */
export function readUnits(field: Field, unitMs: number): string | undefined {
  const amount = field.number();
  return amount === undefined ? undefined : writeMs(amount * unitMs);
}

/** `512m`, `1g`, `1gb`, `300K`; a plain number is bytes. */
export function readSize(field: Field): string | undefined {
  const text = field.text()?.trim();
  if (text === undefined) return undefined;
  if (text.includes('$')) return field.lost('it is known only once a variable is');
  const parts = /^(\d+(?:\.\d+)?)\s*([bkmgt])?(?:i?b)?$/i.exec(text);
  const bytes = parts === null ? 0 : Math.round(Number(parts[1]) * (SIZES[(parts[2] ?? 'b').toLowerCase()] as number));
  return bytes > 0 ? writeBytes(bytes) : field.wrong('must be a size such as 512m');
}

export function writeMs(ms: number): string {
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

export function writeBytes(bytes: number): string {
  for (const [index, unit] of UNITS.entries()) {
    const size = 1024 ** (3 - index);
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}
