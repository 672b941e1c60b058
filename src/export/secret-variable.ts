/** What a secret is called in the file that is to be filled in: a variable may be called anything, a name there may not. */
export function secretVariable(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
}
