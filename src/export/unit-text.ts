// How systemd takes texts.

export type UnitEntry = readonly [name: string, value: string];

export function writeUnit(sections: Readonly<Record<string, readonly UnitEntry[]>>): string {
  return Object.entries(sections)
    .map(([section, entries]) => `[${section}]\n${entries.map(([name, value]) => `${name}=${value}\n`).join('')}`)
    .join('\n');
}

/** A command line: neither `%` nor `$` means anything. */
export function unitCommand(argv: readonly string[]): string {
  return argv.map((word) => unitWord(word).replaceAll('$', () => '$$')).join(' ');
}

/** One word, quoted where it has to be; `%` is no specifier. */
export function unitWord(text: string): string {
  const escaped = text.replaceAll('%', '%%');
  if (/^[\w@+=:,./%-]+$/.test(escaped)) return escaped;
  return `"${escaped.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')}"`;
}

/** Of a setting that takes the rest of the line, such as a path or a description. A backslash at its end would take the next line too. */
export function unitText(text: string): string {
  const line = text.replaceAll('%', '%%').replace(/\s*\n\s*/g, ' ');
  return /(?<!\\)(\\\\)*\\$/.test(line) ? `${line}\\` : line;
}
