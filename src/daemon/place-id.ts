import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';

const LENGTH = 24;

/** Names a state folder by its real path: the supervisor's lock has this name, and the marker of every run ends in it. The folder must exist. */
export function placeIdOf(stateDir: string): string {
  return createHash('sha256').update(realpathSync(stateDir)).digest('hex').slice(0, LENGTH);
}
