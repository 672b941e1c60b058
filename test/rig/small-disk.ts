// A disk that can be filled: a tmpfs of 2 MiB.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, projectTest } from './project.ts';

const BLOCK = Buffer.alloc(4096);

export interface SmallDisk {
  /** To the last block, whoever else writes meanwhile. */
  fill(): void;
  makeRoom(): void;
  /** Also where files on it are open. */
  unmount(): void;
}

/** A story whose state folder is on such a disk; skipped where mounting is not allowed. */
export function smallDiskTest(name: string, story: (project: Project, disk: SmallDisk) => Promise<void>): void {
  projectTest(name, async (project, context) => {
    const disk = mountSmallDisk(project.stateDir);
    if (disk === null) return context.skip('mounting is not allowed here');
    try {
      await story(project, disk);
    } finally {
      await project.run('down', '--force');
      disk.unmount();
    }
  });
}

/** Mounts one at a folder that is made for it; null where that is not allowed. */
function mountSmallDisk(folder: string): SmallDisk | null {
  mkdirSync(folder, { mode: 0o700 });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const filler = join(folder, 'filler');
  return {
    fill: () => fillUp(filler),
    makeRoom: () => rmSync(filler),
    unmount: () => void execFileSync('umount', ['-l', folder]),
  };
}

function fillUp(path: string): void {
  const fd = openSync(path, 'a');
  try {
    for (;;) writeSync(fd, BLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(fd);
  }
}
