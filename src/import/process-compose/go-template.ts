// The part of Go's templates that process-compose files use: `{{ .NAME }}` and quoted text.
import type { Field } from '../field.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** The text with `vars` filled in; what is more than a name stays as it is, and is told. */
export function fillTemplate(text: string, variables: Variables, field: Field): string {
  return text.replace(/\{\{-?\s*((?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^}])*?)\s*-?\}\}/g, (whole, action: string) => {
    const quoted = /^"((?:[^"\\]|\\.)*)"$|^`([^`]*)`$/.exec(action);
    if (quoted) return quoted[2] ?? (quoted[1] as string).replace(/\\(.)/g, '$1');
    const value = /^(\.[A-Za-z_]\w*)+$/.test(action) ? lookUp(action.slice(1).split('.'), variables) : undefined;
    if (value !== undefined) return String(value);
    field.changed(`the template \`${whole}\` is not filled in: only \`{{ .NAME }}\` of \`vars\` is`, 'write its result');
    return whole;
  });
}

function lookUp(path: readonly string[], variables: Variables): unknown {
  return path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Variables)[name] : undefined),
    variables,
  );
}
