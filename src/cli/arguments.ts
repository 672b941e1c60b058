// Values of options: parsed where they are declared, so that commander names the option in its message.
import { constants } from 'node:os';
import { parseDuration } from '../config/duration.ts';
import { invalid } from './act.ts';

/** `10s`, `250ms`, `1h30m` → milliseconds. */
export function durationArgument(text: string): number {
  const parsed = parseDuration(text);
  return typeof parsed === 'number' ? parsed : invalid([parsed.message, parsed.hint].filter((part) => part !== null).join(': '));
}

/** Of an option whose value may be left out: a service that follows it is taken for the value. */
export function optionalArgument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      return invalid(`${(error as Error).message.replace(/\.?$/, '.')} Services stand before this option.`);
    }
  };
}

export function countArgument(text: string): number {
  if (!/^\d{1,9}$/.test(text)) return invalid('A whole number is wanted, 0 or more.');
  return Number(text);
}

/** A run: `3`, or `-1` for the latest, `-2` for the one before. */
export function runArgument(text: string): number {
  if (!/^(-[1-9]\d{0,8}|[1-9]\d{0,8})$/.test(text))
    return invalid('A run is a number from 1, or -1 for the latest, -2 for the one before.');
  return Number(text);
}

export function patternArgument(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    return invalid(`${(error as Error).message}.`);
  }
}

/** `HUP` and `sighup` are SIGHUP. */
export function signalArgument(text: string): string {
  const name = text.toUpperCase().startsWith('SIG') ? text.toUpperCase() : `SIG${text.toUpperCase()}`;
  if (!(name in constants.signals)) return invalid('Signals have names such as HUP, SIGUSR1 or TERM.');
  return name;
}

/** A TCP port; 0 is any free one. */
export function portArgument(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) return invalid('A port is a number from 1 to 65535, or 0 for any free one.');
  return Number(text);
}

/** `127.0.0.1:9000`, `[::1]:9000`. */
export function addressArgument(text: string): { host: string; port: number } {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65_535) return invalid('An address looks like 127.0.0.1:9000.');
  return { host: (parts[1] ?? parts[2]) as string, port };
}

/** `10m` ago, a time of the last 24 hours (`14:03`, `14:03:22`), or a date with or without time as in ISO 8601 → wall clock. */
export function instantArgument(nowMs: number): (text: string) => number {
  return (text) => {
    const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
    if (clock !== null) return latestClockTime(nowMs, Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0));
    // A date alone is UTC for Date.parse, and local for people.
    const instant = /^\d{4}-\d\d-\d\d$/.test(text)
      ? Date.parse(`${text}T00:00`)
      : /^\d{4}-\d\d-\d\d[T ]/.test(text)
        ? Date.parse(text)
        : Number.NaN;
    if (!Number.isNaN(instant)) return instant;
    const ago = parseDuration(text);
    if (typeof ago === 'number') return nowMs - ago;
    return invalid('A time looks like 10m (ago), 14:03, 2026-01-31 or 2026-01-31T14:03:22.');
  };
}

function latestClockTime(nowMs: number, hours: number, minutes: number, seconds: number): number {
  const at = new Date(nowMs);
  at.setHours(hours, minutes, seconds, 0);
  if (at.getTime() > nowMs) at.setDate(at.getDate() - 1);
  return at.getTime();
}
