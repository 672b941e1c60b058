import { isatty } from 'node:tty';
import type { Invocation } from '../invocation.ts';

/** A terminal that can be redrawn, with a keyboard. */
export function canShowTop({ out, json }: Invocation): boolean {
  return out.redraws && !json && isatty(0);
}
