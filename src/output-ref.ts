// References to values that are known only while a service runs, kept in texts until then.
import type { OutputRef } from './spec.ts';

// A NUL can stand in no argument and no variable, so a reference kept in a string cannot be confused with text.
const MARKER = /\0([^\0]+)\0([^\0]+)\0/g;

/** What `${services.NAME.outputs.OUTPUT}` is replaced by until the value is known. */
export function outputMarker(ref: OutputRef): string {
  return `\0${ref.service}\0${ref.output}\0`;
}

/** The outputs that a text waits for. */
export function outputRefs(text: string): OutputRef[] {
  return [...text.matchAll(MARKER)].map((m) => ({ service: m[1] as string, output: m[2] as string }));
}

/** The text with every known output filled in; unknown ones keep their marker. */
export function fillOutputs(text: string, valueOf: (ref: OutputRef) => string | undefined): string {
  return text.replace(MARKER, (marker, service: string, output: string) => valueOf({ service, output }) ?? marker);
}
