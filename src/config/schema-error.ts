// One mistake found by the schema, in words.
import type { SchemaError } from 'omniroute:schema-validator';
import { parseDuration } from './duration.ts';
import { parseSize } from './size.ts';
import { didYouMean, suggest } from './suggestion.ts';
import type { Path } from './tree.ts';

export interface SchemaProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** What is underlined: the value at the path, or its key (`key`: of this key below the path). */
  readonly at: { readonly mark: 'key' | 'value'; readonly key?: string };
}

export function describeSchemaError(error: SchemaError, path: Path): SchemaProblem {
  const name = nameOf(path);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, path);
    case 'required':
      return missingKey(error, name);
    case 'propertyNames':
      return badName(error, path);
    case 'enum':
    case 'const':
      return notAllowed(error, name);
    case 'minimum':
    case 'maximum':
      return outOfRange(error, name);
    case 'minItems':
    case 'minLength':
    case 'minProperties':
    case 'maxProperties':
      return badLength(error, name, path);
    default:
      return wrongKind(error, name, path);
  }
}

function missingKey({ params, parentSchema }: SchemaError, name: string): SchemaProblem {
  const key = String(params['missingProperty']);
  const example = showExample(parentSchema, [key]);
  return { code: 'missing-key', message: `${name} needs \`${key}\``, hint: example && `as in \`${example}\``, at: { mark: 'key' } };
}

/** Keys of a map with the values that the schema gives as examples; null: it has none. */
function showExample({ properties = {} }: SchemaError['parentSchema'], keys: readonly string[]): string | null {
  const pairs = keys.flatMap((key) => {
    const [example] = (properties as Record<string, { examples?: unknown[] }>)[key]?.examples ?? [];
    return example === undefined ? [] : [`${key}: ${JSON.stringify(example)}`];
  });
  return pairs.length === 0 ? null : pairs.join(', ');
}

/** `restart` and `services.a`, in words that say where one is. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  if (typeof last === 'number') return `an item of \`${path.at(-2)}\``;
  return `\`${last}\``;
}

const HOLDERS: Readonly<Record<string, string>> = {
  ProjectFile: 'the file',
  ServiceFile: 'a service',
  DependencyFile: 'a dependency',
  CrashRuleFile: 'a crash rule',
  CrashConditionFile: '`when`',
  CrashActionFile: 'an action',
  EnvFileSource: 'an env file',
  HookFile: 'a hook',
};

function unknownKey(error: SchemaError, path: Path): SchemaProblem {
  const key = String(error.params['additionalProperty']);
  const known = Object.keys((error.parentSchema['properties'] ?? {}) as object);
  const holder = HOLDERS[String(error.parentSchema['title'])] ?? nameOf(path);
  const hint = suggest(key, known) === null ? `keys of ${holder}: ${known.join(', ')}` : null;
  return { code: 'unknown-key', message: `\`${key}\` is not a key of ${holder}${didYouMean(key, known)}`, hint, at: { mark: 'key', key } };
}

const VARIABLE_HINT = 'names of variables are not empty and hold neither `=` nor NUL';

function badName(error: SchemaError, path: Path): SchemaProblem {
  const key = String(error.params['propertyName']);
  const shown = key.length > 70 ? `${key.slice(0, 60)}…` : key;
  const at = { mark: 'key', key } as const;
  const kind = (error.schema as Record<string, unknown>)['x-kind'];
  if (kind === 'variable-name')
    return { code: 'bad-name', message: `\`${shown}\` cannot be the name of a variable`, hint: VARIABLE_HINT, at };
  if (kind !== 'service-name') {
    return {
      code: 'bad-name',
      message: `\`${shown}\` cannot be a name in ${nameOf(path)}`,
      hint: 'names are letters, digits, `-` and `_`, beginning with a letter',
      at,
    };
  }
  if (key.length > 64)
    return {
      code: 'bad-name',
      message: `the name \`${shown}\` has ${key.length} characters`,
      hint: 'names of services have at most 64',
      at,
    };
  if (/^supervisor(\/|$)/.test(key))
    return { code: 'bad-name', message: `\`${shown}\` is the name of omniroute's own folder`, hint: 'choose another name', at };
  const hint = 'names of services are letters, digits, `.`, `_` and `-`, beginning with a letter or digit; `/` makes folders';
  return { code: 'bad-name', message: `\`${shown}\` cannot be the name of a service`, hint, at };
}

function notAllowed(error: SchemaError, name: string): SchemaProblem {
  const allowed = (error.keyword === 'const' ? [error.schema] : (error.schema as unknown[])).map(String);
  const given = show(error.data);
  const isSignal = allowed.includes('SIGTERM');
  const word = isSignal
    ? String(error.data)
        .toUpperCase()
        .replace(/^(SIG)?/, 'SIG')
    : error.data;
  const meant = typeof word === 'string' ? didYouMean(word, allowed) : '';
  const choices =
    allowed.length > 16 ? null : `${allowed.length === 1 ? 'write' : 'one of'} ${allowed.map((each) => `\`${each}\``).join(', ')}`;
  const what = isSignal ? `${given} is not the name of a signal` : `${name} cannot be ${given}`;
  return { code: 'bad-value', message: `${what}${meant}`, hint: choices, at: { mark: 'value' } };
}

function outOfRange({ parentSchema, data }: SchemaError, name: string): SchemaProblem {
  const { minimum, maximum } = parentSchema as { minimum?: number; maximum?: number };
  const range = maximum === undefined ? `${minimum} or more` : `from ${minimum} to ${maximum}`;
  const hint = parentSchema['x-kind'] === 'limit' ? 'for no limit write `unlimited`; for no restarts `policy: never`' : null;
  return { code: 'out-of-range', message: `${name} must be ${range}, not ${show(data)}`, hint, at: { mark: 'value' } };
}

function badLength({ keyword, parentSchema, data }: SchemaError, name: string, path: Path): SchemaProblem {
  const keys = Object.keys((parentSchema['properties'] ?? {}) as object);
  const hint = keys.length > 0 ? `keys: ${keys.join(', ')}` : null;
  if (keyword === 'maxProperties') {
    return {
      code: 'bad-value',
      message: `${name} does one thing, not ${Object.keys(data as object).length}`,
      hint: 'write several items',
      at: { mark: 'value' },
    };
  }
  const message = path.length === 1 && path[0] === 'services' ? '`services` names no service' : `${name} is empty`;
  return { code: 'empty', message, hint, at: { mark: 'key' } };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a map of keys',
};

// A wrong type, or text that is not of the wanted kind.
function wrongKind({ parentSchema, data }: SchemaError, name: string, path: Path): SchemaProblem {
  const kind = String(parentSchema['x-kind'] ?? '');
  const at = { mark: data === null ? 'key' : 'value' } as const;
  if (data === null) {
    return {
      code: 'empty',
      message: `${name} is empty`,
      hint: 'give it a value or take the key out; `null` only removes what an included file, `defaults` or a preset has set',
      at,
    };
  }
  const special = (typeof data === 'string' || typeof data === 'number') && describeKind(kind, String(data), name);
  if (special) return { code: special.code ?? 'bad-value', message: special.message, hint: special.hint, at };
  const wanted = [parentSchema['type'] ?? []].flat().map((type) => TYPES[String(type)] as string);
  const example = showExample(parentSchema, (parentSchema['required'] ?? []) as string[]);
  const map = example && `as in \`${path.at(-1)}: {${example}}\``;
  const list = wanted.includes('a list') && typeof data !== 'object' ? `write \`${path.at(-1)}: [${data}]\`` : null;
  return { code: 'wrong-type', message: `${name} must be ${wanted.join(' or ')}, not ${describeValue(data)}`, hint: list ?? map, at };
}

interface KindProblem {
  readonly code?: string;
  readonly message: string;
  readonly hint: string | null;
}

function describeKind(kind: string, text: string, name: string): KindProblem | null {
  if (kind.startsWith('duration')) return describeDuration(kind, text, name);
  if (kind === 'size') return describeQuantity('bad-size', parseSize(text), name);
  const describe = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return describe ? { message: `${name} cannot be \`${shorten(text)}\``, hint: describe } : null;
}

const KINDS: Readonly<Record<string, string>> = {
  port: 'a port is a number from 1 to 65535',
  'declared-port': 'a port is a number from 1 to 65535, or `auto`',
  'rule-port': 'a port, or `$1` for what the log match captured',
  limit: 'a number from 1, or `unlimited`',
  status: 'write 204, 200-299, or a list of such',
  rate: 'write for example `1 per 10m`',
  'project-name': 'letters, digits, `.`, `_` and `-`, beginning with a letter or digit; at most 64',
};

function describeDuration(kind: string, text: string, name: string): KindProblem {
  const word = { durationOrUnlimited: 'unlimited', durationOrNever: 'never' }[kind];
  const parsed = parseDuration(text);
  if (typeof parsed === 'number')
    return { code: 'bad-duration', message: `${name} cannot be zero`, hint: word === undefined ? null : `for none write \`${word}\`` };
  const hint = word !== undefined && /^-|^[a-z]+$/i.test(text) ? `${parsed.hint}, or \`${word}\`` : parsed.hint;
  return { code: 'bad-duration', message: `${name}: ${parsed.message}`, hint };
}

function describeQuantity(code: string, parsed: number | { message: string; hint: string | null }, name: string): KindProblem | null {
  return typeof parsed === 'number' ? null : { code, message: `${name}: ${parsed.message}`, hint: parsed.hint };
}

function describeValue(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a map';
  return show(data);
}

function show(data: unknown): string {
  return typeof data === 'object' ? describeValue(data) : `\`${shorten(String(data))}\``;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 50)}…` : text;
}
