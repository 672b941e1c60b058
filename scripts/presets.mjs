// docs/presets.md: every preset with its options, and what it stands for in the language of the file.
import { build } from 'esbuild';
import { stringify } from 'yaml';

/** Options that show a preset in use; the others have none that it needs. */
const SHOWN = {
  node: { script: './server.js', port: 8080, health: '/health' },
  cloudflared: { url: 'http://127.0.0.1:20128' },
  'tailscale-funnel': { port: 20128 },
};

export async function writePresets(repository) {
  const presets = await loadPresets(repository);
  return `<!-- Generated from src/config/presets/ by scripts/generate.mjs. -->
# Presets

A preset is a ready-made service: \`uses: NAME\`, with options in \`with\`. Every key that it stands for can be overridden beside \`uses\`; crash rules
of your own come before those of the preset.

${Object.values(presets).map(writePreset).join('\n')}`;
}

/** The presets are TypeScript, and import nothing but each other. */
async function loadPresets(repository) {
  const entryPoints = [`${repository}src/config/presets/presets.ts`];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: 'esm', platform: 'node' });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
  return module.PRESETS;
}

function writePreset(preset) {
  const { name, description, options, requires } = preset;
  const shown = SHOWN[name];
  const values = { ...defaultsOf(options), ...shown };
  const use = { services: { [name]: { uses: name, ...(shown && { with: shown }) } } };
  const needs = requires.map(({ executable, hint }) => `\`${executable}\`: ${hint}`).join('\n\n');
  return `## \`${name}\`

${description}

${writeOptions(options)}${needs === '' ? '' : `Needs ${needs}\n\n`}\`\`\`yaml
${toYaml(use)}
\`\`\`

stands for

\`\`\`yaml
${toYaml({ services: { [name]: preset.build(values, { service: name }) } })}
\`\`\`
`;
}

function writeOptions(options) {
  const rows = Object.entries(options).map(([name, option]) => {
    const fallback = option.required ? 'required' : option.default === undefined ? '' : `\`${option.default}\``;
    return `| \`${name}\` | ${option.type} | ${fallback} | ${option.description} |\n`;
  });
  return rows.length === 0 ? '' : `| option | type | default | what |\n| --- | --- | --- | --- |\n${rows.join('')}\n`;
}

function defaultsOf(options) {
  return Object.fromEntries(Object.entries(options).flatMap(([name, option]) => ('default' in option ? [[name, option.default]] : [])));
}

function toYaml(value) {
  return stringify(value, { lineWidth: 140, flowCollectionPadding: false }).trimEnd();
}
