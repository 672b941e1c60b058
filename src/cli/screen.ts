import picocolors from 'picocolors';
import { type ColorChoice, wantsColor } from './color.ts';

/** Colours for text; without colours each function returns its text unchanged. */
export type Paint = ReturnType<typeof picocolors.createColors>;

/** One of the two output streams, as far as rendering needs to know it. */
export interface Screen {
  readonly paint: Paint;
  readonly color: boolean;
  /** Lines already printed may be redrawn. */
  readonly redraws: boolean;
  /** Width of the terminal now; null where lines have no limit. */
  columns(): number | null;
  /** Height of the terminal now; null where there is none. */
  rows(): number | null;
  write(text: string): void;
  /** Writes and resolves when it was taken; never where it cannot be, which ends the process (`main.ts`). */
  deliver(text: string): Promise<void>;
  /** What was written and nobody has taken yet. */
  backlogBytes(): number;
}

export function openScreen(stream: NodeJS.WriteStream, choice: ColorChoice, env: NodeJS.ProcessEnv): Screen {
  // Off a terminal it is undefined, and the colour library then decides by itself.
  const isTerminal = stream.isTTY === true;
  const color = wantsColor(choice, env, isTerminal);
  return {
    paint: picocolors.createColors(color),
    color,
    redraws: isTerminal && env.TERM !== 'dumb',
    columns: () => (isTerminal ? stream.columns || 80 : null),
    rows: () => (isTerminal ? stream.rows || 24 : null),
    write: (text) => void stream.write(text),
    deliver: (text) => new Promise((resolve) => stream.write(text, (error) => error ?? resolve())),
    backlogBytes: () => stream.writableLength,
  };
}

/** Node waits for terminals: one that is stopped (Ctrl-S) would hold up all supervision. There is no public way to say so. */
export function writeWithoutWaiting(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (blocking: boolean) => void } };
  if (stream.isTTY) handle?.setBlocking?.(false);
}
