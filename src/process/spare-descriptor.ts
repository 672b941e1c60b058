// To prove that a run is gone takes a descriptor, also when services or a leak have used up all others: one is held back for that.
import { closeSync, openSync } from 'node:fs';

let spare: number | null = hold();

/** Runs it; where it fails for want of descriptors, once more with one to spare. It must be synchronous, use one at a time, and keep none. */
export function withSpareDescriptor<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isOutOfDescriptors(error) || spare === null) throw error;
    closeSync(spare);
    try {
      return read();
    } finally {
      spare = hold();
    }
  }
}

export function isOutOfDescriptors(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}

function hold(): number | null {
  try {
    return openSync('/dev/null', 'r');
  } catch (error) {
    if (isOutOfDescriptors(error)) return null;
    throw error;
  }
}
