/** The most that DNS, and with it every engine, takes of a name (RFC 1123). */
const LONGEST = 63;

/** As every engine takes names: lower case letters, digits and dashes. One that is too long keeps its beginning, and is still its own. */
export function engineName(name: string, longest = LONGEST): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (plain.length <= longest) return plain;
  const mark = fingerprint(plain);
  return `${plain.slice(0, longest - mark.length - 1).replace(/-+$/, '')}-${mark}`;
}

/** FNV-1a, 32 bits: names of one project are few. */
function fingerprint(text: string): string {
  const hash = [...text].reduce((all, letter) => Math.imul(all ^ letter.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5);
  return hash.toString(36).padStart(7, '0');
}
