import type { Field } from '../field.ts';

/** How the texts of one process are read. */
export interface ProcessTexts {
  /** With variables and templates filled in. */
  fill(text: string, field: Field): string;
  text(field: Field): string | undefined;
  /** argv of the text: its own words where they are plain, else those that give it to the shell of the file. */
  shell(text: string): string[];
}
