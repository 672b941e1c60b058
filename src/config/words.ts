/** A command line split into words: quotes and backslashes respected, nothing expanded; null where a quote is never closed. */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  const piece = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|[^\s'"\\]+|['"\\]/g;
  for (const [whole, single, double, escaped] of text.matchAll(piece)) {
    if (/^\s/.test(whole)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (single !== undefined) word = (word ?? '') + single;
    else if (double !== undefined) word = (word ?? '') + double.replace(/\\(["\\$`])/g, '$1');
    else if (escaped !== undefined) word = (word ?? '') + escaped;
    else if (/^['"\\]$/.test(whole)) return null;
    else word = (word ?? '') + whole;
  }
  return word === null ? words : [...words, word];
}
