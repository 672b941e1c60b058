import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';

const root = `${process.cwd()}/`;
const scripts = new URL(`file://${root}scripts/generate.mjs`).href;

test('types and reference are what the schema generates', async () => {
  const { generate } = (await import(scripts)) as { generate(root: string): Promise<Record<string, string>> };
  for (const [path, text] of Object.entries(await generate(root))) {
    assert.equal(readFileSync(root + path, 'utf8'), text, `${path} is out of date: run \`npm run generate\``);
  }
});

interface SchemaNode {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

test('every example and every default of the schema is valid by it', () => {
  const schema = JSON.parse(readFileSync(`${root}schemas/omniroute.schema.json`, 'utf8')) as SchemaNode;
  const ajv = new Ajv2020({ strict: false, allowUnionTypes: true });
  const nodes = [schema, ...Object.values(schema.$defs ?? {})].flatMap((node) => Object.entries(node.properties ?? {}));
  for (const [key, node] of nodes) {
    const validate = ajv.compile({ ...node, $defs: schema.$defs });
    const values = [...(node.examples ?? []), ...('default' in node ? [node.default] : [])];
    // A map that is filled in key by key has `{}` as its default.
    for (const value of values.filter((each) => JSON.stringify(each) !== '{}'))
      assert.ok(validate(value), `${key}: ${JSON.stringify(value)}: ${ajv.errorsText(validate.errors)}`);
  }
});

test('every key of the schema is described, and has a default or an example', () => {
  const schema = JSON.parse(readFileSync(`${root}schemas/omniroute.schema.json`, 'utf8')) as SchemaNode;
  const nodes = [schema, ...Object.values(schema.$defs ?? {})];
  const keys = nodes.flatMap((node) => Object.entries(node.properties ?? {}));
  assert.ok(keys.length > 80);
  for (const [key, node] of keys) {
    assert.ok(node.description, `${key} has no description`);
    assert.ok(
      ['default', 'examples', 'x-default'].some((word) => word in node),
      `${key} has neither default nor example`,
    );
  }
});
