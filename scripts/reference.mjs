// docs/reference.md: every key of the file with its type, default, description and example.
import { stringify } from 'yaml';

const KINDS = {
  duration: 'duration',
  durationOrZero: 'duration',
  durationOrUnlimited: 'duration or `unlimited`',
  durationOrNever: 'duration or `never`',
  size: 'size',
  regex: 'regular expression',
  limit: 'number or `unlimited`',
  'declared-port': 'port or `auto`',
  port: 'port',
  command: 'list or string',
};

export function writeReference(schema) {
  const sections = [];
  const queue = [{ path: '', node: schema }];
  const seen = new Set();
  for (const { path, node } of queue) {
    sections.push(writeSection(path, node, schema.$defs));
    for (const [key, child] of childObjects(path, node, schema.$defs)) {
      // A shape that stands in several places, such as a probe, is described where it is met first.
      if (seen.has(child.title)) continue;
      seen.add(child.title);
      queue.push({ path: key, node: child });
    }
  }
  const { duration, size } = schema.$defs;
  return `<!-- Generated from schemas/omniroute.schema.json by scripts/generate.mjs. -->
# omniroute.yaml, every key

${schema.description}

Unknown keys are errors; keys that begin with \`x-\` are free. Files in YAML 1.2 (\`.yaml\`, \`.yml\`) or JSON (\`.json\`).

- **duration**: ${duration.description}
- **size**: ${size.description}

${sections.join('\n')}`;
}

function writeSection(path, node, defs) {
  const rows = Object.entries(node.properties).map(([key, property]) => writeKey(path, key, property, node, defs));
  return `## ${path === '' ? 'The file' : `\`${path}\``}\n\n${path === '' ? '' : `${node.description ? `${node.description}\n\n` : ''}`}${rows.join('\n')}`;
}

function writeKey(path, key, property, parent, defs) {
  const node = resolve(property, defs);
  const facts = [typeOf(node, defs)];
  if (parent.required?.includes(key)) facts.push('required');
  const fallback = defaultOf(node);
  if (fallback !== null) facts.push(`default ${fallback}`);
  const example = node.examples?.[0];
  const text =
    example === undefined ? '' : `\n\n\`\`\`yaml\n${stringify({ [key]: example }, { flowCollectionPadding: false }).trimEnd()}\n\`\`\``;
  return `### \`${path === '' ? key : `${path}.${key}`}\`\n\n${facts.join(' · ')}\n\n${node.description ?? ''}${text}\n`;
}

function defaultOf(node) {
  if (node['x-default']) return node['x-default'];
  if (node.default === undefined || (typeof node.default === 'object' && Object.keys(node.default).length === 0)) return null;
  return `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``;
}

function typeOf(node, defs) {
  if (KINDS[node['x-kind']]) return KINDS[node['x-kind']];
  if (node.enum) return node.enum.length > 16 ? 'name of a signal' : node.enum.map((each) => `\`${each}\``).join(', ');
  if ('const' in node) return `\`${node.const}\``;
  return [node.type]
    .flat()
    .map((type) => NAMES[type] ?? listOf(node, defs))
    .join(' or ');
}

const NAMES = { object: 'map', string: 'string', integer: 'whole number', number: 'number', boolean: '`true` or `false`' };

function listOf(node, defs) {
  const items = resolve(node.items, defs);
  if (items.enum) return `list of ${items.enum.map((each) => `\`${each}\``).join(', ')}`;
  return `list of ${[items.type]
    .flat()
    .map((type) => `${NAMES[type]}s`)
    .join(' or ')}`.replace(/`true` or `false`s/, 'booleans');
}

function childObjects(path, node, defs) {
  return Object.entries(node.properties).flatMap(([key, property]) => {
    if (key === 'defaults' && path === '') return [];
    const name = path === '' ? key : `${path}.${key}`;
    const child = resolve(property, defs);
    const each = typeof child.additionalProperties === 'object' ? resolve(child.additionalProperties, defs) : {};
    const item = child.items ? resolve(child.items, defs) : {};
    return [
      [name, child],
      [`${name}.NAME`, each],
      [`${name}[]`, item],
    ].filter(([, { properties }]) => properties);
  });
}

function resolve(node, defs) {
  if (!node.$ref) return node;
  const { $ref, ...beside } = node;
  return { ...defs[$ref.slice('#/$defs/'.length)], ...beside };
}
