// From the schema: the types of the file (as people write it, and with its defaults filled in) and docs/reference.md; from the
// presets: docs/presets.md.
// `node scripts/generate.mjs` writes them; a test compares them with what is committed.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { writePresets } from './presets.mjs';
import { writeReference } from './reference.mjs';

const root = new URL('..', import.meta.url).pathname;

/** Path → text of everything that is generated. */
export async function generate(repository) {
  const schema = JSON.parse(readFileSync(`${repository}schemas/omniroute.schema.json`, 'utf8'));
  return {
    'src/config/file.ts': await writeTypes(schema, { filled: false }),
    'src/config/filled-file.ts': await writeTypes(schema, { filled: true }),
    'docs/reference.md': writeReference(schema),
    'docs/presets.md': await writePresets(repository),
  };
}

async function writeTypes(schema, { filled }) {
  const what = filled ? 'The same with shorthands written out and every default filled in.' : 'What omniroute.yaml may hold.';
  return compile(toTypeSchema(schema, schema.$defs, filled), schema.title, {
    additionalProperties: false,
    unreachableDefinitions: false,
    bannerComment: `// Generated from schemas/omniroute.schema.json by scripts/generate.mjs. ${what}`,
    style: { singleQuote: true, printWidth: 140 },
  });
}

// Only what matters to a type: named objects stay references, scalars are written in place, `x-` keys and lengths are left out.
function toTypeSchema(node, defs, filled) {
  if (Array.isArray(node)) return node.map((item) => toTypeSchema(item, defs, filled));
  if (typeof node !== 'object' || node === null) return node;
  if (node.$ref) {
    const target = defs[node.$ref.slice('#/$defs/'.length)];
    if (target.title) return { $ref: node.$ref };
    const { $ref, ...beside } = node;
    return toTypeSchema({ ...target, ...beside }, defs, filled);
  }
  const left = ['patternProperties', 'minItems', 'if', 'then', 'examples', 'default', '$defs', 'propertyNames'];
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    if (left.includes(key)) continue;
    if (key === 'properties') out.properties = mapValues(value, (property) => toTypeSchema(property, defs, filled));
    else out[key] = toTypeSchema(value, defs, filled);
  }
  if (node.$defs) out.$defs = mapValues(onlyNamed(node.$defs), (def) => toTypeSchema(def, defs, filled));
  if (filled && node.properties) {
    const withDefault = Object.keys(node.properties).filter((key) => 'default' in node.properties[key]);
    out.required = [...new Set([...(node.required ?? []), ...withDefault])];
  }
  if (filled && node['x-normal']) out.type = node['x-normal'];
  if (filled && out.title) out.title = `Filled${out.title}`;
  return out;
}

function onlyNamed(defs) {
  return Object.fromEntries(Object.entries(defs).filter(([, def]) => def.title));
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, text] of Object.entries(await generate(root))) writeFileSync(root + path, text);
}
