// One cgroup and all below it: a service may make more of them. What is gone has nobody in it.
import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSpareDescriptor } from './spare-descriptor.ts';

/** ENOENT: no such folder; ENODEV: it was removed while the file was open; EOPNOTSUPP: of threads, whose processes are told one level up. */
const NOTHING_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENODEV', 'EOPNOTSUPP', 'ENOTDIR']);
const REFUSED: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS']);
const MAX_PASSES = 8;

/** Pids of all processes in it; zombies are in none. */
export function readCgroup(folder: string): number[] {
  // The usual answer costs one read.
  if (!/^populated 1$/m.test(read(join(folder, 'cgroup.events')) ?? '')) return [];
  return listFolders(folder).flatMap(readProcesses);
}

/**
 * SIGKILLs everything in it, at once and whoever owns it; what forks meanwhile dies too. The answer: who was there.
 * Nobody, and nothing done, where omniroute itself is inside.
 */
export function killCgroup(folder: string): number[] {
  const pids = readCgroup(folder);
  if (pids.length === 0 || pids.includes(process.pid)) return [];
  if (!write(join(folder, 'cgroup.kill'), '1')) killFrozen(folder);
  return pids;
}

/** With all that is empty below it. False: something is still there. */
export function removeCgroup(folder: string): boolean {
  return listFolders(folder).reverse().map(removeFolder).at(-1) === true;
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (NOTHING_THERE.has(code)) return true;
    if (code === 'EBUSY' || code === 'ENOTEMPTY' || REFUSED.has(code)) return false;
    throw error;
  }
}

/** The cgroups right below it. */
export function listCgroups(folder: string): string[] {
  try {
    const entries = withSpareDescriptor(() => readdirSync(folder, { withFileTypes: true }));
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch (error) {
    if (NOTHING_THERE.has((error as NodeJS.ErrnoException).code)) return [];
    throw error;
  }
}

/** Before Linux 5.14 there is no cgroup.kill. What is frozen cannot fork, and dies of SIGKILL all the same. */
function killFrozen(folder: string): void {
  write(join(folder, 'cgroup.freeze'), '1');
  for (let pass = 0, pids = readCgroup(folder); pids.length > 0 && pass < MAX_PASSES; pass++, pids = readCgroup(folder))
    for (const pid of pids) kill(pid);
  write(join(folder, 'cgroup.freeze'), '0');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Itself first, then what is below it. */
function listFolders(folder: string): string[] {
  const folders = [folder];
  // The list grows while it is walked.
  for (const each of folders) folders.push(...listCgroups(each));
  return folders;
}

function readProcesses(folder: string): number[] {
  const text = read(join(folder, 'cgroup.procs')) ?? '';
  // 0 is one of a PID namespace that this one cannot see.
  return text.split('\n').flatMap((line) => (line === '' || line === '0' ? [] : [Number(line)]));
}

function read(path: string): string | null {
  try {
    return withSpareDescriptor(() => readFileSync(path, 'latin1'));
  } catch (error) {
    if (NOTHING_THERE.has((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
}

function write(path: string, text: string): boolean {
  try {
    // Never made anew: in a folder of cgroups there is nothing to create.
    withSpareDescriptor(() => writeFileSync(path, text, { flag: 'r+' }));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (NOTHING_THERE.has(code) || REFUSED.has(code)) return false;
    throw error;
  }
}
