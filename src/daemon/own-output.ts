// A detached omniroute's own last words: what Node prints when it runs out of memory or aborts never passes through its code.
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** From now on standard output and error of this process go to the end of `log` in the folder, where the journal is in words. */
export function keepOwnOutput(folder: string): void {
  // The system gives out the lowest free number, so what is opened right after closing 1 is 1.
  for (const fd of [1, 2]) {
    closeSync(fd);
    const opened = openSync(join(folder, 'log'), 'a', 0o600);
    if (opened !== fd) throw new Error(`descriptor ${opened} where ${fd} was expected`);
  }
}
