// A new project file appears whole or not at all, and takes the place of another only where that is asked for.
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { EXIT, type Refusal, refuse } from './exit-code.ts';

export interface NewFile {
  readonly path: string;
  readonly text: string;
  readonly replaces: boolean;
  /** Sees the file under another name in the same folder first; a refusal leaves nothing behind. */
  check(path: string): Refusal | null;
}

export function writeProjectFile({ path, text, replaces, check }: NewFile): Refusal | null {
  const draft = `${path}.${process.pid}.yaml`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    const refusal = check(draft);
    if (refusal !== null) return refusal;
    if (replaces) renameSync(draft, path);
    else linkSync(draft, path);
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return refuseOverwrite(path);
    // Without the name of the draft.
    return refuse(EXIT.serviceFailed, `${path} could not be written: ${message.split(', ')[0]}`);
  } finally {
    rmSync(draft, { force: true });
  }
}

export function refuseOverwrite(path: string): Refusal {
  return refuse(EXIT.usage, `${path} is there already, and is left as it is`, '`omniroute validate` checks it; --force writes over it');
}
