/** Deep equality of plain data: maps irrespective of the order of their keys, except where order is meaning (lists). */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(valueAt(a, key), valueAt(b, key)));
}

function valueAt(container: object, key: string): unknown {
  return (container as Record<string, unknown>)[key];
}
