// A control group that holds one run: whoever is born in it stays in it, whatever it does to its session, its parent or its environment.
// A service may make groups within it. A group that is gone has nobody in it.
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSpareDescriptor } from './spare-descriptor.ts';

/** Folders of one run, in the unified hierarchy and, where it has a limit there, in v1's for memory. */
export interface RunCgroup {
  readonly unified: string;
  readonly memory: string | null;
}

/** ENODEV: removed while the file was open; EOPNOTSUPP: of threads alone, whose processes are told one level up. */
const NOTHING_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENODEV', 'ENOTDIR', 'EOPNOTSUPP']);
const REFUSED: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'ENOTEMPTY']);
const MAX_PASSES = 8;
const MAX_KILLS = 100;

/** Makes the folders; what could not be made, in words. */
export function makeRunCgroup({ unified, memory }: RunCgroup): string | null {
  try {
    mkdirSync(unified, { recursive: true });
    if (memory !== null) mkdirSync(memory, { recursive: true });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Everybody in it, no zombies. One read tells that nobody is. */
export function pidsOf({ unified }: RunCgroup): number[] {
  return readText(join(unified, 'cgroup.events')).includes('populated 0') ? [] : pidsIn(unified);
}

/** Everybody in the group and in the groups within it. */
export function pidsIn(folder: string): number[] {
  const lines = readText(join(folder, 'cgroup.procs')).split('\n');
  // 0 is somebody of a PID namespace that this one cannot see.
  const own = lines.filter((line) => line !== '' && line !== '0').map(Number);
  return [...own, ...subgroups(folder).flatMap(pidsIn)];
}

/**
 * SIGKILL to all at once, whoever they became, so that no fork slips through. The answer: who was there.
 * Where omniroute itself is inside, nothing is done and nobody told.
 */
export function killAll(cgroup: RunCgroup): number[] {
  const pids = pidsOf(cgroup);
  if (pids.length === 0 || pids.includes(process.pid)) return [];
  if (!order(join(cgroup.unified, 'cgroup.kill'), '1')) killFrozen(cgroup);
  return pids;
}

/** Of groups that nobody is in any more; a group that is not empty stays, and false tells. */
export function removeRunCgroup({ unified, memory }: RunCgroup): boolean {
  return [unified, ...(memory === null ? [] : [memory])].map(removeTree).every(Boolean);
}

/** Brings whoever is in it where its memory can be limited; what forks meanwhile leaves a child behind, which the next pass brings. */
export function bringToMemory({ unified, memory }: { readonly unified: string; readonly memory: string }): void {
  const brought = new Set<number>();
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const left = pidsIn(unified).filter((pid) => !brought.has(pid));
    for (const pid of left) order(join(memory, 'cgroup.procs'), String(pid));
    for (const pid of left) brought.add(pid);
    if (left.length === 0) return;
  }
}

/** The groups right within it. */
export function subgroups(folder: string): string[] {
  try {
    const entries = withSpareDescriptor(() => readdirSync(folder, { withFileTypes: true }));
    return entries.flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
  } catch (error) {
    return ignoring(error, NOTHING_THERE, []);
  }
}

/**
 * Before Linux 5.14 there is no cgroup.kill. What is frozen cannot fork, and dies of SIGKILL all the same. To freeze takes a moment: who was
 * born in it is met by the next look, and whoever has SIGKILL pending has no more children.
 */
export function killFrozen({ unified }: RunCgroup): void {
  order(join(unified, 'cgroup.freeze'), '1');
  const killed = new Set<number>();
  // Somebody who may not be killed may have children for ever.
  for (let pass = 0; pass < MAX_KILLS; pass++) {
    const left = pidsIn(unified).filter((pid) => !killed.has(pid));
    if (left.length === 0) break;
    for (const pid of left) killOne(pid);
    for (const pid of left) killed.add(pid);
  }
  order(join(unified, 'cgroup.freeze'), '0');
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    ignoring(error, new Set(['ESRCH', 'EPERM']), null);
  }
}

function removeTree(folder: string): boolean {
  if (removeFolder(folder)) return true;
  // Most have none within.
  const within = subgroups(folder);
  for (const group of within) removeTree(group);
  return within.length > 0 && removeFolder(folder);
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return ignoring(error, NOTHING_THERE, true, () => ignoring(error, REFUSED, false));
  }
}

function readText(path: string): string {
  try {
    return withSpareDescriptor(() => readFileSync(path, 'latin1'));
  } catch (error) {
    return ignoring(error, NOTHING_THERE, '');
  }
}

/** Writes a file of the kernel's; false: it is not there, or refused. */
function order(path: string, text: string): boolean {
  try {
    withSpareDescriptor(() => writeFileSync(path, text, { flag: 'r+' }));
    return true;
  } catch (error) {
    return ignoring(error, new Set([...NOTHING_THERE, ...REFUSED, 'ESRCH']), false);
  }
}

/** The answer where the error is one of these; all others are thrown on: out of descriptors, nothing is proven. */
function ignoring<T>(error: unknown, codes: ReadonlySet<string | undefined>, answer: T, orElse?: () => T): T {
  if (codes.has((error as NodeJS.ErrnoException).code)) return answer;
  if (orElse !== undefined) return orElse();
  throw error;
}
