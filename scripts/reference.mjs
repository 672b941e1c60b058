// docs/reference.md: every key of the file with its type, default, description and examples.
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
};
const NAMES = { object: 'map', string: 'string', integer: 'whole number', number: 'number', boolean: '`true` or `false`' };
const PLURALS = { object: 'maps', string: 'strings', integer: 'whole numbers' };

export function writeReference(schema) {
  const sections = collectSections('', schema, schema.$defs, new Set());
  const book = { defs: schema.$defs, paths: new Map(sections.map(({ path, node }) => [node.title, path])) };
  const { duration, size } = schema.$defs;
  return `<!-- Generated from schemas/omniroute.schema.json by scripts/generate.mjs. -->
# omniroute.yaml, every key

${schema.description}

Unknown keys are errors; keys that begin with \`x-\` are free. Files in YAML 1.2 (\`.yaml\`, \`.yml\`) or JSON (\`.json\`).

- **duration**: ${duration.description}
- **size**: ${size.description}

${sections.map(({ path }) => `${'  '.repeat(depthOf(path))}- ${linkTo(path, titleOf(path))}`).join('\n')}

${sections.map((section) => writeSection(section, book)).join('\n')}`;
}

/** The maps of the file, each followed by those inside it. A shape that stands in several places is described where it is met first. */
function collectSections(path, node, defs, seen) {
  if (seen.has(node.title)) return [];
  seen.add(node.title);
  return [{ path, node }, ...childMaps(path, node, defs).flatMap((child) => collectSections(child.path, child.node, defs, seen))];
}

function childMaps(path, node, defs) {
  return Object.entries(node.properties).flatMap(([key, property]) => {
    // A service is described below `services`.
    if (key === 'defaults' && path === '') return [];
    const child = mapBelow(resolve(property, defs), defs);
    return child === null ? [] : [{ path: `${path === '' ? key : `${path}.${key}`}${child.step}`, node: child.node }];
  });
}

/** The map that a key holds: itself, one a name, or one an item of its list; null: none with keys of its own. */
function mapBelow(node, defs) {
  const each = typeof node.additionalProperties === 'object' ? resolve(node.additionalProperties, defs) : {};
  const item = node.items ? resolve(node.items, defs) : {};
  const places = [
    { step: '', node },
    { step: '.NAME', node: each },
    { step: '[]', node: item },
  ];
  return places.find((place) => place.node.properties) ?? null;
}

function writeSection({ path, node }, book) {
  const rows = Object.entries(node.properties).map(([key, property]) => writeKey(path, key, property, node, book));
  const text = path === '' || !node.description ? '' : `${node.description}\n\n`;
  return `## ${titleOf(path)}\n\n${text}${rows.join('\n')}`;
}

function writeKey(path, key, property, parent, book) {
  const node = resolve(property, book.defs);
  const below = mapBelow(node, book.defs);
  const described = below === null ? undefined : book.paths.get(below.node.title);
  const facts = [typeOf(node, book.defs)];
  if (parent.required?.includes(key)) facts.push('required');
  const fallback = defaultOf(node);
  if (fallback !== null) facts.push(`default ${fallback}`);
  if (described !== undefined) facts.push(linkTo(described, below.step === '' ? 'its keys' : 'keys of each'));
  return `### \`${path === '' ? key : `${path}.${key}`}\`\n\n${facts.join(' · ')}\n\n${node.description ?? ''}\n${writeExamples(key, node)}`;
}

function writeExamples(key, { examples = [] }) {
  if (examples.length === 0) return '';
  const texts = examples.map((example) => stringify({ [key]: example }, { flowCollectionPadding: false }).trimEnd());
  return `\n\`\`\`yaml\n${texts.join('\n# or\n')}\n\`\`\`\n`;
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
  const types = [node.type].flat().map((type) => (type === 'array' ? `list of ${itemsOf(resolve(node.items, defs))}` : NAMES[type]));
  return types.join(' or ');
}

function itemsOf(item) {
  if (item.enum) return item.enum.map((each) => `\`${each}\``).join(', ');
  if (item['x-kind'] === 'regex') return 'regular expressions';
  const types = [item.type].flat();
  // What a command is given is text, however YAML reads it.
  return item['x-normal'] === 'string' ? PLURALS.string : types.map((type) => PLURALS[type]).join(' or ');
}

function titleOf(path) {
  return path === '' ? 'The file' : `Keys of \`${path}\``;
}

function depthOf(path) {
  return path === '' ? 0 : Math.max(1, path.replace(/^services\.NAME/, 'NAME').split('.').length);
}

/** As GitHub makes anchors of titles. */
function linkTo(path, text) {
  return `[${text}](#${titleOf(path)
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')})`;
}

function resolve(node, defs) {
  if (!node.$ref) return node;
  const { $ref, ...beside } = node;
  return { ...defs[$ref.slice('#/$defs/'.length)], ...beside };
}
