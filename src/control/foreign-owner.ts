// Whose a project is that is not ours: its omniroute answers its own user alone, and keeps its state from everybody else.
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ForeignOwner {
  /** As in `nobody (uid 65534)`. */
  readonly user: string;
  readonly advice: string;
}

/**
 * Another user, as whom the supervisor `pid` runs; where no supervisor is known (null), one whose state folder we may not look into.
 * Null: there is none.
 */
export function findForeignOwner(stateDir: string, pid: number | null): ForeignOwner | null {
  const identity = join(stateDir, 'supervisor', 'identity.json');
  if (pid === null) return findOwnerOfClosed([stateDir, join(stateDir, 'supervisor'), identity]);
  const uid = uidOf(`/proc/${pid}`) ?? uidOf(identity);
  return uid === null || uid === process.getuid?.() ? null : describeOwner(uid);
}

export function describeOwner(uid: number): ForeignOwner {
  const name = nameOf(uid);
  const advice = `as that user: \`sudo -u ${name ?? `'#${uid}'`} omniroute …\``;
  return { user: name === null ? `uid ${uid}` : `${name} (uid ${uid})`, advice };
}

/** Whose the first of these is that we may not read; null: all may be, or are not there. */
export function findOwnerOfClosed(paths: readonly string[]): ForeignOwner | null {
  for (const path of paths) {
    try {
      accessSync(path, statSync(path).isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
    } catch (error) {
      const uid = (error as NodeJS.ErrnoException).code === 'EACCES' ? uidOfClosed(path) : null;
      return uid === null ? null : describeOwner(uid);
    }
  }
  return null;
}

/** Of the folder on the way that may not be entered, where not even who owns the path is told. */
function uidOfClosed(path: string): number | null {
  const uid = uidOf(path);
  return uid !== null || dirname(path) === path ? uid : uidOfClosed(dirname(path));
}

function uidOf(path: string): number | null {
  try {
    return statSync(path).uid;
  } catch {
    return null;
  }
}

/** Null also where users are kept elsewhere: the number does as well. */
function nameOf(uid: number): string | null {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines.find((line) => line.split(':')[2] === String(uid))?.split(':')[0] ?? null;
  } catch {
    return null;
  }
}
