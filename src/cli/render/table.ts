import { cutText, padText, printable, textWidth } from './text-width.ts';

export interface Column {
  readonly title: string;
  /** Plain text, one a row. */
  readonly cells: readonly string[];
  readonly align?: 'left' | 'right';
  /** Where the terminal is too narrow, columns go in this order, lowest first; without it a column stays. */
  readonly dropsAt?: number;
  /** This column is cut before any other is dropped, down to this many columns. */
  readonly shrinksTo?: number;
  readonly paintCell?: (text: string, row: number) => string;
}

export interface TableOptions {
  /** Null: as wide as it needs. */
  readonly columns: number | null;
  readonly paintTitle: (text: string) => string;
}

const GAP = 2;

/** Aligned columns with a title row; every line ends in a newline and fits `options.columns`. */
export function renderTable(given: readonly Column[], options: TableOptions): string {
  const clean = given.map((column) => ({ ...column, cells: column.cells.map(printable) }));
  const { columns, widths } = fitColumns(clean, options.columns);
  const line = (textOf: (column: Column) => string, paintOf: (column: Column) => (text: string) => string) =>
    columns
      .map((column, at) => {
        const width = widths[at] as number;
        // What a cell is filled up with is no text that is missing.
        const cut = cutText(textOf(column).trimEnd(), width);
        const isLast = at === columns.length - 1;
        const padding = padText('', width - textWidth(cut), 'right');
        const painted = paintOf(column)(cut);
        if (column.align === 'right') return padding + painted;
        return isLast ? painted : painted + padding;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const rows = Array.from({ length: clean[0]?.cells.length ?? 0 }, (_, row) =>
    line(
      (column) => column.cells[row] as string,
      (column) => (text) => column.paintCell?.(text, row) ?? text,
    ),
  );
  return [
    line(
      (column) => column.title,
      () => options.paintTitle,
    ),
    ...rows,
  ]
    .map((text) => `${text}\n`)
    .join('');
}

/** Which columns are kept, and how wide each is: first the shrinking one gives, then columns go, then it gives the rest. */
function fitColumns(all: readonly Column[], limit: number | null): { columns: readonly Column[]; widths: readonly number[] } {
  let columns = all;
  for (;;) {
    const widths = columns.map(naturalWidth);
    const excess = limit === null ? 0 : total(widths) - limit;
    if (excess <= 0) return { columns, widths };
    const at = columns.findIndex((column) => column.shrinksTo !== undefined);
    const shrinking = columns[at];
    const spare =
      shrinking === undefined ? 0 : (widths[at] as number) - Math.max(shrinking.shrinksTo as number, textWidth(shrinking.title));
    if (excess <= spare) return { columns, widths: widths.with(at, (widths[at] as number) - excess) };
    const next = columns.filter((column) => column.dropsAt !== undefined).sort((a, b) => (a.dropsAt as number) - (b.dropsAt as number))[0];
    if (next === undefined) return { columns, widths: shareOut(widths, limit as number) };
    columns = columns.filter((column) => column !== next);
  }
}

/** Nothing left to drop: the widest column gives a character until all fit. */
function shareOut(widths: readonly number[], limit: number): number[] {
  const shared = [...widths];
  while (total(shared) > limit && Math.max(...shared) > 1) {
    const widest = shared.indexOf(Math.max(...shared));
    shared[widest] = (shared[widest] as number) - 1;
  }
  return shared;
}

function naturalWidth(column: Column): number {
  return Math.max(textWidth(column.title), ...column.cells.map(textWidth));
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);
}
