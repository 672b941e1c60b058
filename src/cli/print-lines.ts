// Lines for a reader that may be slow, or gone: each batch is waited for, so that neither work nor memory runs ahead of it.
import type { Screen } from './screen.ts';

/** Written at once when so much has come together. */
const BATCH_CHARACTERS = 65_536;

export interface LinePrinter {
  /** A promise where the reader must be waited for before the next line is given. */
  print(line: string): Promise<void> | undefined;
  /** Resolves when the reader has all of it. */
  flush(): Promise<void>;
}

/** Prints them all; the next line is asked for only when there is room for it. */
export async function printLines<Line>(out: Pick<Screen, 'deliver'>, lines: Iterable<Line>, render: (line: Line) => string): Promise<void> {
  const printer = openLinePrinter(out);
  for (const line of lines) {
    const wait = printer.print(render(line));
    if (wait !== undefined) await wait;
  }
  await printer.flush();
}

/** For lines that come when they come: what is no full batch is written at the end of the turn of the event loop. */
export function openLinePrinter(out: Pick<Screen, 'deliver'>): LinePrinter {
  let batch = '';
  let taking: Promise<void> | undefined;
  let scheduled: NodeJS.Immediate | undefined;
  const flush = (): Promise<void> => {
    clearImmediate(scheduled);
    scheduled = undefined;
    if (batch === '') return taking ?? Promise.resolve();
    const taken = out.deliver(batch).then(() => {
      if (taking === taken) taking = undefined;
    });
    batch = '';
    taking = taken;
    return taken;
  };
  return {
    flush,
    print(line) {
      batch += line;
      if (batch.length >= BATCH_CHARACTERS) return flush();
      scheduled ??= setImmediate(flush);
      return taking;
    },
  };
}
