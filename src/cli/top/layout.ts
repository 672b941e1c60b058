import picocolors from 'picocolors';
import { renderProjectNotes } from '../render/services-table.ts';
import { printable } from '../render/text-width.ts';
import type { Paint } from '../screen.ts';
import type { Model } from './model.ts';

/** Header, titles of the list, the sentence about the selected service, the title of the pane, the last line. */
const FIXED_ROWS = 5;
const MIN_PANE_ROWS = 2;
const MAX_NOTES = 2;
/** Of the rows that list and pane share. */
const LIST_SHARE = 0.45;
const PLAIN = picocolors.createColors(false);

export const SMALLEST = { columns: 30, rows: FIXED_ROWS + MIN_PANE_ROWS + 1 };

export interface Layout {
  readonly listRows: number;
  readonly noteRows: number;
  readonly paneRows: number;
}

/** Who gets how many rows. */
export function layOut(model: Model): Layout {
  const { size, project } = model;
  const rows = Math.max(SMALLEST.rows, size.rows) - FIXED_ROWS;
  const noteRows = Math.min(MAX_NOTES, projectNotes(model, PLAIN).length, rows - 1 - MIN_PANE_ROWS);
  const listRows = Math.min(Math.max(1, project.services.length), Math.max(1, Math.floor((rows - noteRows) * LIST_SHARE)));
  return { listRows, noteRows, paneRows: rows - noteRows - listRows };
}

/** What stands between the list and the sentence: what is not as it should be with the project as a whole. */
export function projectNotes({ lost, project }: Model, paint: Paint): string[] {
  if (lost === null) return renderProjectNotes(project, { all: true, paint });
  return [paint.red(printable(lost.message)), ...(lost.hint === null ? [] : [paint.yellow(printable(lost.hint))])];
}
