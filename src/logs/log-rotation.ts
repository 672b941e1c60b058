// Rotated files are numbered from the newest: log.1, log.2 …, each with its index under the same number.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { indexPath, lastRecord, logPath } from './log-index.ts';

/**
 * Moves the current log and its index to number 1 and those before up by one; at most `keep` rotated files stay.
 * Throws what the file system throws.
 */
export function rotateFiles(folder: string, keep: number): void {
  const rotations = listRotations(folder).filter((n) => n < keep);
  for (const n of [...rotations.reverse(), 0]) {
    if (n >= keep) break;
    moveIfThere(logPath(folder, n), logPath(folder, n + 1));
    moveIfThere(indexPath(folder, n), indexPath(folder, n + 1));
  }
  if (keep === 0) for (const path of [logPath(folder, 0), indexPath(folder, 0)]) rmSync(path, { force: true });
  pruneRotations(folder, keep);
}

/** Removes rotated files beyond `keep`. Throws what the file system throws. */
export function pruneRotations(folder: string, keep: number): void {
  for (const n of listRotations(folder)) {
    if (n <= keep) continue;
    rmSync(logPath(folder, n), { force: true });
    rmSync(indexPath(folder, n), { force: true });
  }
}

/**
 * Finishes a rotation that was cut off between a log and its index, so that each index stands beside its own log again.
 * An index that has lost its log belongs to the next one where it ends as that one does. Throws what the file system throws.
 */
export function finishRotation(folder: string): void {
  for (const n of [...listRotations(folder).reverse(), 0]) {
    const next = statSync(logPath(folder, n + 1), { throwIfNoEntry: false });
    if (next === undefined || existsSync(logPath(folder, n)) || !existsSync(indexPath(folder, n))) continue;
    if (lastRecord(indexPath(folder, n))?.endBytes === next.size) renameSync(indexPath(folder, n), indexPath(folder, n + 1));
  }
}

/** Numbers of the rotated files, ascending; none for a folder that does not exist. */
export function listRotations(folder: string): number[] {
  return [...new Set(listLogFiles(folder).map(({ rotation }) => rotation))].filter((n) => n > 0).sort((a, b) => a - b);
}

/** The log's files and their indexes; none for a folder that does not exist. Throws what else the file system throws. */
export function listLogFiles(folder: string): { rotation: number; isIndex: boolean }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const parts = names.map((name) => /^log(\.idx)?(?:\.([1-9]\d{0,8}))?$/.exec(name)).filter((match) => match !== null);
  return parts.map(([, index, number]) => ({ rotation: Number(number ?? 0), isIndex: index !== undefined }));
}

/** A file that is not there leaves nothing at the other name either: an index must not stand beside a stranger's log. */
function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    rmSync(to, { force: true });
  }
}
