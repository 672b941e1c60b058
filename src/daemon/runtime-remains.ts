// Pipes are for services that outlive omniroute, and for whoever takes those over: once nothing runs, nobody needs them.
import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { peekState } from './state-file.ts';
import type { Workplace } from './workplace.ts';

/** Of a project that is down the folder with its pipes; nothing where services live on, or go on with another omniroute. */
export function removeRuntimeRemains({ stateDir, runtime: { folder } }: Workplace): void {
  try {
    const record = peekState(stateDir);
    if (record === null || record.runs.length > 0 || record.handedOver !== null) return;
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const found = lstatSync(path);
      if (found.isFIFO() || found.isSocket()) rmSync(path);
    }
    rmdirSync(folder);
  } catch (error) {
    // Somebody keeps a file of his own there, or it is gone already: it is in nobody's way.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  }
}
