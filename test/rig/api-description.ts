// The description of the control API that is published, and whether an answer is as it says.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: { readonly properties: object } } } };
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
}

type Path = Readonly<Record<string, Operation>> & { readonly parameters?: readonly Parameter[] };

interface Description {
  readonly paths: Readonly<Record<string, Path>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export const description = parse(readFileSync('schemas/openapi.yaml', 'utf8')) as Description;

const ajv = new Ajv2020({ allowUnionTypes: true, strict: false });
ajv.addSchema({ $id: 'api', ...description });

/** What is wrong with an answer, in words; null where it is as described. */
export function findMismatch(schema: string, answer: unknown): string | null {
  const validate = ajv.getSchema(`api#/components/schemas/${schema}`);
  if (!validate) throw new Error(`there is no schema ${schema}`);
  return validate(answer) ? null : ajv.errorsText(validate.errors);
}
