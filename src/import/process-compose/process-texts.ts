import type { Field } from '../field.ts';

/** How the texts of one process are read. */
export interface ProcessTexts {
  /** With variables and templates filled in. */
  fill(text: string, field: Field): string;
  text(field: Field): string | undefined;
  /** argv that runs the text in the shell of the file. */
  shell(text: string): string[];
}
