import type { EnvFile } from '../config/file.ts';
import type { Field } from './field.ts';

/** A map, or a list of `NAME=value`. A name without a value is taken from omniroute's own environment, as everything is that is inherited. */
export function readEnvironment(field: Field, translate: (text: string, field: Field) => string): EnvFile {
  if (field.node.kind === 'map')
    return Object.fromEntries(field.fields().flatMap((each) => (each.isEmpty ? [] : [[each.name, translate(each.text() ?? '', each)]])));
  return Object.fromEntries(
    field.items().flatMap((item) => {
      const text = item.text() ?? '';
      const at = text.indexOf('=');
      return at > 0 ? [[text.slice(0, at), translate(text.slice(at + 1), item)]] : [];
    }),
  );
}
