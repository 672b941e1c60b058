import { statSync } from 'node:fs';

/** Tells a folder from its copies; one that is moved keeps it. */
export interface FolderIdentity {
  readonly device: number;
  readonly inode: number;
}

/** The folder must exist. */
export function identifyFolder(folder: string): FolderIdentity {
  const { dev, ino } = statSync(folder);
  return { device: dev, inode: ino };
}

/** Whether what was written down (anything: it comes from a file) is of this folder. */
export function isOfFolder(folder: string, written: Partial<FolderIdentity> | undefined): boolean {
  const { device, inode } = identifyFolder(folder);
  return written?.device === device && written.inode === inode;
}
