// Files of NAME=value lines, as dotenv reads them: `export`, quotes (also over several lines), comments, values with `=`.

export type EnvFileResult =
  | { readonly ok: true; readonly env: Record<string, string> }
  | { readonly ok: false; readonly offset: number; readonly length: number; readonly message: string };

const LINE = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const NAME = /[^\S\n]*(?:export[^\S\n]+)?([^\s=#'"]+)[^\S\n]*=[^\S\n]*/y;
const DOUBLE = /"((?:[^"\\]|\\[\s\S])*)"/y;
const SINGLE = /'([^']*)'/y;
const BARE = /[^\n]*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** The variables, a later line of the same name winning; or the first thing that is no such line. Values are taken literally. */
export function parseEnvFile(text: string): EnvFileResult {
  const source = text.replace(/\r\n?/g, '\n');
  const env: Record<string, string> = {};
  for (let at = 0; at < source.length; ) {
    const blank = match(LINE, source, at);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const name = match(NAME, source, at);
    if (!name) return refuse(source, at, 'this is no NAME=value line');
    const value = readValue(source, at + name[0].length);
    if (value === null) return refuse(source, at, `the quote of \`${name[1]}\` is never closed`);
    const rest = match(LINE, source, value.end);
    if (!rest) return refuse(source, value.end, 'there is text after the closing quote');
    Object.defineProperty(env, name[1] as string, { value: value.text, enumerable: true, writable: true, configurable: true });
    at = value.end + rest[0].length;
  }
  return { ok: true, env };
}

function readValue(source: string, at: number): { text: string; end: number } | null {
  const quote = source[at];
  if (quote === '"' || quote === "'") {
    const quoted = match(quote === '"' ? DOUBLE : SINGLE, source, at);
    if (!quoted) return null;
    const text = quoted[1] as string;
    const unescaped =
      quote === '"' ? text.replace(/\\([\s\S])/g, (_, each: string) => ESCAPES[each] ?? (/["\\$]/.test(each) ? each : `\\${each}`)) : text;
    return { text: unescaped, end: at + quoted[0].length };
  }
  const [line] = match(BARE, source, at) as RegExpExecArray;
  // A `#` begins a comment only after a space, so that colours and fragments survive.
  return { text: line.replace(/(^|\s)#.*$/, '').trim(), end: at + line.length };
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function refuse(source: string, offset: number, message: string): EnvFileResult {
  const end = source.indexOf('\n', offset);
  return { ok: false, offset, length: (end === -1 ? source.length : end) - offset, message };
}
