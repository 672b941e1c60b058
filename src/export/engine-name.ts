/** As every engine takes names: lower case letters, digits and dashes. */
export function engineName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
