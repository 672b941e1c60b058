// The description of the control API that is published, and whether an answer is as it says.
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** As in the description: `/v1/services/{name}`. */
  readonly path: string;
  /** Those of the path included. */
  readonly parameters: readonly Parameter[];
  readonly statuses: readonly number[];
  /** Shapes that the body may have; empty: it has none. */
  readonly bodies: readonly BodyShape[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
}

export interface BodyShape {
  readonly properties: Readonly<Record<string, { readonly const?: string; readonly enum?: readonly string[] }>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

type Tree = Readonly<Record<string, unknown>>;

const METHODS = ['get', 'post', 'put', 'delete', 'patch'];
const description = parse(readFileSync('schemas/openapi.yaml', 'utf8')) as Tree;
const ajv = new Ajv2020({ allowUnionTypes: true, strict: false });
ajv.addSchema({ $id: 'api', ...description });

export const operations: readonly Operation[] = Object.keys(description['paths'] as Tree).flatMap((path) =>
  METHODS.filter((method) => find(['paths', path, method]) !== undefined).map((method) => readOperation(path, method)),
);

/** Words that a schema of the description lists, such as the types of entries. */
export function wordsOf(...pointer: readonly string[]): readonly string[] {
  return find(['components', 'schemas', ...pointer]) as readonly string[];
}

/** What is wrong with a value, in words; null where it is as the schema says. */
export function findMismatch(schema: string, value: unknown): string | null {
  return findMismatchAt(['components', 'schemas', schema], value);
}

/** What is wrong with an answer: its status, its content type or its body; null where it is as described. */
export function findAnswerMismatch({ path, method }: Operation, { status, headers, text }: Answer): string | null {
  const response = ['paths', path, method, 'responses', String(status)];
  const type = headers['content-type']?.split(';')[0] ?? '';
  const content = [...resolve(response), 'content', type];
  if (find(content) === undefined) return `${method} ${path} is not described to answer ${status} with ${type}: ${text}`;
  const lines = text.split('\n').filter((line) => line !== '');
  const values =
    type === 'application/json' ? [JSON.parse(text)] : type === 'application/x-ndjson' ? lines.map((line) => JSON.parse(line)) : [text];
  return values.map((value) => findMismatchAt([...content, 'schema'], value)).find((mismatch) => mismatch !== null) ?? null;
}

function readOperation(path: string, method: string): Operation {
  const at = ['paths', path, method];
  const schema = find([...at, 'requestBody', 'content', 'application/json', 'schema']) as
    | (BodyShape & { oneOf?: readonly BodyShape[] })
    | undefined;
  const listsOfParameters = [
    ['paths', path, 'parameters'],
    [...at, 'parameters'],
  ];
  return {
    operationId: find([...at, 'operationId']) as string,
    method,
    path,
    parameters: listsOfParameters.flatMap((list) => Object.keys((find(list) ?? []) as Tree).map((n) => find([...list, n]) as Parameter)),
    statuses: Object.keys(find([...at, 'responses']) as Tree).map(Number),
    bodies: schema === undefined ? [] : (schema.oneOf ?? [schema]),
  };
}

function findMismatchAt(pointer: readonly string[], value: unknown): string | null {
  const escaped = resolve(pointer).map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')));
  const validate = ajv.getSchema(`api#/${escaped.join('/')}`);
  if (!validate) throw new Error(`there is no schema at ${pointer.join(' ')}`);
  return validate(value) ? null : `${pointer.slice(-6).join(' ')}: ${ajv.errorsText(validate.errors)}`;
}

/** What stands at a place of the description, references followed. */
function find(pointer: readonly string[]): unknown {
  return resolve(pointer).reduce<unknown>((node, step) => (node as Tree | undefined)?.[step], description);
}

/** The same place without references on the way. */
function resolve(pointer: readonly string[]): readonly string[] {
  let place: readonly string[] = [];
  for (const step of pointer) {
    place = [...place, step];
    const node = place.reduce<unknown>((at, each) => (at as Tree | undefined)?.[each], description);
    const reference = (node as { $ref?: string } | undefined)?.$ref;
    if (reference !== undefined) place = reference.slice('#/'.length).split('/');
  }
  return place;
}
