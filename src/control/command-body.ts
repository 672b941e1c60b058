// From the JSON of a request to a command: strict, since a misspelt key of `down` must not become its default.
import { constants } from 'node:os';
import type { ControlCommand } from './protocol.ts';

export type ParsedCommand = { readonly ok: true; readonly command: ControlCommand } | { readonly ok: false; readonly message: string };

interface Field {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** Absent where the field is required. */
  readonly fallback?: unknown;
}

const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '');
const NAMES: Field = { expected: 'a list of at least one name', accepts: (value) => isNames(value) && (value as unknown[]).length > 0 };
const ANY_NAMES: Field = { expected: 'a list of names', accepts: isNames, fallback: [] };
const MAX_INSTANCES = 256;
const MAX_GRACE_PERIOD_MS = 24 * 60 * 60 * 1000;

const COMMANDS: Readonly<Record<ControlCommand['type'], Readonly<Record<string, Field>>>> = {
  start: { services: ANY_NAMES, profiles: ANY_NAMES, withDependencies: { expected: 'true or false', accepts: isBoolean, fallback: true } },
  stop: { services: NAMES },
  restart: { services: NAMES },
  enable: { services: NAMES },
  disable: { services: NAMES },
  signal: {
    services: NAMES,
    signal: {
      expected: 'the name of a signal, such as SIGHUP',
      accepts: (value) => typeof value === 'string' && Object.hasOwn(constants.signals, value),
    },
  },
  reload: {},
  scale: { counts: { expected: `numbers from 1 to ${MAX_INSTANCES}, by the names of services`, accepts: isCounts } },
  plan: {},
  'hand-over': {},
  down: {
    gracePeriodMs: { expected: `milliseconds from 0 to ${MAX_GRACE_PERIOD_MS}, or null`, accepts: isGracePeriod, fallback: null },
    force: { expected: 'true or false', accepts: isBoolean, fallback: false },
  },
};

/** `given`: what the route already says (the type, the service); the body must not say it again. */
export function parseCommand(text: string, given: Readonly<Record<string, unknown>>): ParsedCommand {
  const body = parseObject(text);
  if (typeof body === 'string') return { ok: false, message: body };
  const twice = Object.keys(body).find((key) => key in given);
  if (twice !== undefined) return { ok: false, message: `the path already says ${twice}` };
  const { type, ...fields } = { ...body, ...given } as Record<string, unknown>;
  if (typeof type !== 'string' || !Object.hasOwn(COMMANDS, type))
    return { ok: false, message: `type must be one of ${Object.keys(COMMANDS).join(', ')}` };
  return checkFields(type as ControlCommand['type'], fields);
}

function checkFields(type: ControlCommand['type'], fields: Readonly<Record<string, unknown>>): ParsedCommand {
  const known = COMMANDS[type];
  const unknown = Object.keys(fields).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined)
    return { ok: false, message: `${type} has no ${unknown}; it may have: ${Object.keys(known).join(', ') || 'nothing'}` };
  const command: Record<string, unknown> = { type };
  for (const [key, { expected, accepts, fallback }] of Object.entries(known)) {
    const value = fields[key] === undefined ? fallback : fields[key];
    if (value === undefined) return { ok: false, message: `${type} needs ${key}: ${expected}` };
    if (!accepts(value)) return { ok: false, message: `${key} of ${type} must be ${expected}` };
    command[key] = value;
  }
  return { ok: true, command: command as unknown as ControlCommand };
}

function parseObject(text: string): Record<string, unknown> | string {
  if (text.trim() === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : 'the body must be a JSON object';
  } catch (error) {
    return `the body is not JSON: ${(error as Error).message}`;
  }
}

function isCounts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const counts = Object.values(value);
  return counts.length > 0 && counts.every((count) => Number.isInteger(count) && count >= 1 && count <= MAX_INSTANCES);
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isGracePeriod(value: unknown): boolean {
  return value === null || (typeof value === 'number' && value >= 0 && value <= MAX_GRACE_PERIOD_MS);
}
