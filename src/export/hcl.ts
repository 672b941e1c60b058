// The little of HCL that a Nomad job needs: attributes and blocks, all values quoted.

export type HclValue = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** `kind "label" { … }` */
export interface HclBlock {
  readonly kind: string;
  readonly label?: string;
  readonly attributes?: Readonly<Record<string, HclValue | undefined>>;
  readonly blocks?: readonly HclBlock[];
}

export function writeHcl(block: HclBlock): string {
  return writeBlock(block, '');
}

function writeBlock({ kind, label, attributes = {}, blocks = [] }: HclBlock, indent: string): string {
  const head = label === undefined ? kind : `${kind} ${quote(label)}`;
  const inner = `${indent}  `;
  const lines = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [`${inner}${name} = ${writeValue(value)}\n`],
  );
  return `${indent}${head} {\n${lines.join('')}${blocks.map((each) => writeBlock(each, inner)).join('')}${indent}}\n`;
}

function writeValue(value: HclValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(quote).join(', ')}]`;
  // A variable may be called anything, so its name is quoted too.
  return `{ ${Object.entries(value)
    .map(([name, text]) => `${quote(name)} = ${quote(text)}`)
    .join(', ')} }`;
}

/** `${` and `%{` of the text are no expressions. Of the escapes of JSON, HCL knows neither `\b` nor `\f`. */
function quote(text: string): string {
  const json = JSON.stringify(text).replace(/\\(\\|b|f)/g, (escape, sign) => ({ b: '\\u0008', f: '\\u000c' })[sign as string] ?? escape);
  return json.replace(/([$%])\{/g, '$1$1{');
}
