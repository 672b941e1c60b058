// What `with:` says, checked against the options of a preset.
import { resolvePath } from './paths.ts';
import type { Preset, PresetOption } from './preset.ts';
import type { Problems } from './problems.ts';
import type { Span } from './source-file.ts';
import { didYouMean } from './suggestion.ts';
import { child, entriesOf, type Tree } from './tree.ts';

export type OptionValues = Record<string, string | number | boolean>;

export interface OptionsInput {
  readonly given: Tree | undefined;
  /** The name of the preset in `uses`. */
  readonly at: Span;
  readonly service: string;
  readonly home: string;
}

/** The values after defaults; null with the reasons in `problems`. */
export function readOptions(preset: Preset, { given, at, service, home }: OptionsInput, problems: Problems): OptionValues | null {
  const names = Object.keys(preset.options);
  const values: OptionValues = {};
  let ok = true;
  const refuse = (span: Span, code: string, message: string, hint: string | null = null): void => {
    ok = false;
    problems.add(span, { code, message, hint, service });
  };
  for (const [name, { key, node }] of entriesOf(given)) {
    const option = Object.hasOwn(preset.options, name) ? preset.options[name] : undefined;
    if (!option) {
      const hint = names.length === 0 ? 'it has no options' : `it has ${names.map((each) => `\`${each}\``).join(', ')}`;
      refuse(key, 'unknown-option', `\`${name}\` is not an option of the preset \`${preset.name}\`${didYouMean(name, names)}`, hint);
      continue;
    }
    const value = readOption(option, node, home);
    if (value === null) refuse(node.span, 'wrong-type', `\`${name}\` must be ${WORDS[option.type]}`, option.description);
    else values[name] = value;
  }
  for (const [name, option] of Object.entries(preset.options)) {
    if (name in values || child(given, name)) continue;
    if (option.default !== undefined) values[name] = option.default;
    else if (option.required)
      refuse(at, 'missing-option', `the preset \`${preset.name}\` needs \`with: {${name}: …}\``, option.description);
  }
  if (!ok) return null;
  const problem = preset.check?.(values) ?? null;
  if (problem === null) return values;
  refuse((problem.option === null ? undefined : child(given, problem.option)?.span) ?? at, 'bad-option', problem.message, problem.hint);
  return null;
}

const WORDS: Readonly<Record<PresetOption['type'], string>> = {
  string: 'text',
  number: 'a number',
  boolean: '`true` or `false`',
  url: 'an address such as http://127.0.0.1:8080',
  path: 'the path of a file or folder',
};

function readOption({ type }: PresetOption, node: Tree, home: string): string | number | boolean | null {
  if (node.kind !== 'scalar' || node.value === null) return null;
  const { value, text } = node;
  const open = typeof value === 'string' && value.includes('${');
  if (type === 'number' || type === 'boolean') return typeof value === type || open ? value : null;
  if (type === 'string') return text;
  if (typeof value !== 'string' || value === '') return null;
  // A path that begins with a reference is absolute once that is filled in.
  if (type === 'path') return value.startsWith('${') ? value : resolvePath(value, node.span, home);
  return open || URL.canParse(value) ? value : null;
}
