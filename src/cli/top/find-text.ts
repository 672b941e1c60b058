export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** Where the text stands, from left to right. Upper and lower case differ only where what is sought has an upper case letter. */
export function findText(text: string, sought: string): TextRange[] {
  if (sought === '') return [];
  const folds = sought === sought.toLowerCase();
  const within = folds ? text.toLowerCase() : text;
  const ranges: TextRange[] = [];
  for (let from = within.indexOf(sought); from !== -1; from = within.indexOf(sought, from + sought.length))
    ranges.push({ from, to: from + sought.length });
  return ranges;
}
