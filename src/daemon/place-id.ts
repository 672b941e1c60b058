import { createHash } from 'node:crypto';
import { realPath } from '../control/real-path.ts';

const LENGTH = 24;

/** Names a state folder by its real path: the supervisor's lock has this name, and the marker of every run ends in it. */
export function placeIdOf(stateDir: string): string {
  return createHash('sha256').update(realPath(stateDir)).digest('hex').slice(0, LENGTH);
}
