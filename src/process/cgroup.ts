// A control group that holds one run: whoever is born in it stays in it, whatever it does to its session, its parent or its environment.
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of one run, in the unified hierarchy and, where it has a limit there, in v1's for memory. */
export interface RunCgroup {
  readonly unified: string;
  readonly memory: string | null;
}

/** Makes the folders; what could not be made, in words. */
export function makeRunCgroup(cgroup: RunCgroup): string | null {
  try {
    mkdirSync(cgroup.unified, { recursive: true });
    if (cgroup.memory !== null) mkdirSync(cgroup.memory, { recursive: true });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Files that a process writes itself into, to be in the group. */
export function membershipFiles({ unified, memory }: RunCgroup): string[] {
  return [unified, ...(memory === null ? [] : [memory])].map((folder) => join(folder, 'cgroup.procs'));
}

/** Everybody in it. One read tells that nobody is. */
export function pidsOf({ unified }: RunCgroup): number[] {
  return readText(join(unified, 'cgroup.events')).includes('populated 0') ? [] : pidsIn(unified);
}

/** Everybody in the group and in the groups within it. */
export function pidsIn(folder: string): number[] {
  const own = readText(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
  return [...own, ...subgroups(folder).flatMap(pidsIn)];
}

/** SIGKILL to all at once, so that no fork slips through (Linux 5.14); false: this kernel cannot. */
export function killAll(folder: string): boolean {
  try {
    writeFileSync(join(folder, 'cgroup.kill'), '1');
    return true;
  } catch {
    return false;
  }
}

/** Of groups that nobody is in any more; a group that is not empty stays, and false tells. */
export function removeRunCgroup({ unified, memory }: RunCgroup): boolean {
  return [unified, ...(memory === null ? [] : [memory])].map(removeTree).every(Boolean);
}

/** How often the kernel has killed in it for want of memory. */
export function countOomKills({ unified, memory }: RunCgroup): number {
  const text = memory === null ? readText(join(unified, 'memory.events')) : readText(join(memory, 'memory.oom_control'));
  return Number(/^oom_kill (\d+)/m.exec(text)?.[1] ?? 0);
}

/** In words why the kernel does not limit it; null: it does. Null bytes: no limit any more. */
export function limitMemory({ unified, memory }: RunCgroup, bytes: number | null): string | null {
  try {
    if (memory !== null) writeFileSync(join(memory, 'memory.limit_in_bytes'), String(bytes ?? -1));
    else writeFileSync(join(unified, 'memory.max'), bytes === null ? 'max' : String(bytes));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function removeTree(folder: string): boolean {
  try {
    for (const group of subgroups(folder)) removeTree(group);
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function subgroups(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
