import type { QuantityProblem } from './duration.ts';

const KIB = 1024;
const BINARY: Readonly<Record<string, number>> = { K: KIB, M: KIB ** 2, G: KIB ** 3, T: KIB ** 4 };
const DECIMAL: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const MAX_BYTES = 1024 * KIB ** 4;

/** `512MiB`, `1.5GiB`, `200MB`, `64K` (KiB) → whole bytes. */
export function parseSize(text: string): number | QuantityProblem {
  const example = 'write 512MiB, 1GiB or 200MB';
  if (/^-/.test(text)) return { message: `\`${text}\` is negative`, hint: example };
  if (/^\d+(\.\d+)?$/.test(text)) return { message: `\`${text}\` has no unit`, hint: `sizes need a unit: write ${text}MiB` };
  const parts = /^(\d+(?:\.\d+)?)(?:B|([kKMGT])(B|iB)?)$/.exec(text);
  if (!parts || (parts[2] === 'k' && parts[3] !== 'B')) return { message: `\`${text}\` is not a size`, hint: correctCase(text) ?? example };
  const [, amount, prefix, suffix] = parts;
  const unit = prefix === undefined ? 1 : ((suffix === 'B' ? DECIMAL : BINARY)[prefix.toUpperCase()] as number);
  const bytes = Math.round(Number(amount) * unit);
  if (bytes > MAX_BYTES) return { message: `\`${text}\` is too big`, hint: 'at most 1024TiB' };
  return bytes > 0 ? bytes : { message: `\`${text}\` is no size`, hint: 'leave the key out for no limit' };
}

function correctCase(text: string): string | null {
  const parts = /^(\d+(?:\.\d+)?)\s*([kmgt])(i?)(b?)$/i.exec(text);
  if (!parts) return null;
  const [, amount, prefix, binary, bytes] = parts as unknown as [string, string, string, string, string];
  return `write ${amount}${prefix.toUpperCase()}${binary === '' && bytes === '' ? 'iB' : `${binary.toLowerCase()}B`}`;
}

/** Short enough for a table: `512B`, `64K`, `212M`, `1.5G`. */
export function formatSize(bytes: number): string {
  if (bytes < KIB) return `${bytes}B`;
  const [prefix, unit] = (Object.entries(BINARY).findLast(([, size]) => bytes >= size) ?? ['K', KIB]) as [string, number];
  const amount = bytes / unit;
  return `${amount < 10 && prefix !== 'K' ? Number(amount.toFixed(1)) : Math.round(amount)}${prefix}`;
}
