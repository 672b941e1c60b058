// `$NAME` and `${NAME…}` as compose and process-compose fill them in, in the words of omniroute.
import type { Field } from './field.ts';

const EXPANSION = /\$\$\{?|\$\{([^}]*)\}|\$([A-Za-z_]\w*)/g;

/** The text with its expansions as `${env.…}`; `$$`, the escaped dollar, becomes a plain one. An unset variable is empty text there. */
export function translateVariables(text: string, field: Field): string {
  return text.replace(EXPANSION, (whole: string, braced: string | undefined, plain: string | undefined) => {
    // The escaped `${` of the source, meant for a shell, is the escaped one here.
    if (whole.startsWith('$$')) return whole === '$$' ? '$' : whole;
    if (plain !== undefined) return `\${env.${plain}:-}`;
    return translateBraced(braced as string, field) ?? escapeReferences(whole);
  });
}

/** The text as it is: no `${` of it is a reference. */
export function escapeReferences(text: string): string {
  return text.replaceAll('${', () => '$${');
}

function translateBraced(body: string, field: Field): string | null {
  const parts = /^([A-Za-z_]\w*)(?:(:?[-=?+])([^]*))?$/.exec(body);
  const [, name, operator = ':-', word = ''] = parts ?? [];
  if (name === undefined || operator.endsWith('+') || word.includes('${')) {
    field.changed(`\`\${${body}}\` stays as it is, for a shell: omniroute fills in variables and plain defaults only`);
    return null;
  }
  if (operator.endsWith('?')) return `\${env.${name}}`;
  return `\${env.${name}:-${word}}`;
}
