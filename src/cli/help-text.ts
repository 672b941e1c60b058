// Help on a terminal of any width: paragraphs are filled anew, so that none is broken in the middle of a word.
const MAX_COLUMNS = 120;

/** A paragraph is of lines that are not indented; examples and lists stay as they are written. */
export function fillHelp(text: string, columns: number): string {
  return text.replace(/^\S.*(?:\n\S.*)*$/gm, (paragraph) => fill(paragraph.split(/\s+/), Math.min(columns, MAX_COLUMNS)));
}

function fill(words: readonly string[], columns: number): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
