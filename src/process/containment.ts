// A cgroup for each run. Omniroute enters it, forks and leaves, all in one turn: so the process is born inside, before its first
// instruction and without a shell between, and nothing it forks can have slipped out. (Node has no CLONE_INTO_CGROUP.)
import { closeSync, mkdirSync, openSync, readFileSync, rmdirSync, writeFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listCgroups, readCgroup, removeCgroup } from './cgroup.ts';
import { type CgroupsOf, findCgroups } from './cgroup-places.ts';

export interface RunCgroup {
  /** Of cgroup v2. */
  readonly folder: string;
  /** Where its memory is limited: the same one, or one under v1; null: not by the kernel. */
  readonly memoryFolder: string | null;
}

/** Why runs cannot have cgroups here, and the command that changes it where there is one. */
export interface ContainmentFailure {
  readonly reason: string;
  readonly fix: string | null;
}

/** No run has this name: theirs end in the number of the run. */
const OWN_LEAF = 'supervisor';
export const DELEGATE = 'systemd-run --user --scope -p Delegate=yes omniroute up';
const MAX_PASSES = 8;

/** `name` is that of the folder for all runs, below the cgroup that omniroute was started in. What it answers has been tried. */
export function openContainment(name: string, own: CgroupsOf = findCgroups()): Containment | ContainmentFailure {
  if (process.platform !== 'linux') return { reason: 'only Linux has cgroups', fix: null };
  if (own.unified === null)
    return { reason: 'no cgroup v2 is mounted', fix: 'mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified' };
  let unified: Tree | null = null;
  try {
    unified = new Tree(own.unified, name);
    unified.try();
    return new Containment(unified, own.memory, name);
  } catch (error) {
    unified?.close();
    return explain(error as NodeJS.ErrnoException, own.unified);
  }
}

function explain({ code, message }: NodeJS.ErrnoException, folder: string): ContainmentFailure {
  if (code === 'EROFS') return { reason: `${folder} is mounted read-only`, fix: 'mount -o remount,rw /sys/fs/cgroup' };
  if (code === 'EACCES' || code === 'EPERM')
    return { reason: `${folder} belongs to another user, and is not delegated to this one`, fix: DELEGATE };
  if (code === undefined) throw new Error(message);
  return { reason: `${folder} cannot be used: ${message}`, fix: DELEGATE };
}

export class Containment {
  readonly #unified: Tree;
  readonly #name: string;
  readonly #ownMemory: string | null;
  /** Undefined: nobody has asked for a limit. */
  #memory: Tree | 'unified' | null | undefined;

  constructor(unified: Tree, ownMemory: string | null, name: string) {
    this.#unified = unified;
    this.#ownMemory = ownMemory;
    this.#name = name;
  }

  /** In words why omniroute could not leave the cgroup of a run; from then on it must make no other. */
  get problem(): string | null {
    return this.#unified.problem ?? (this.#memory instanceof Tree ? this.#memory.problem : null);
  }

  /** Which controller can limit memory here. */
  get memoryController(): 'v2' | 'v1' | null {
    const memory = this.#openMemory();
    return memory === null ? null : memory === 'unified' ? 'v2' : 'v1';
  }

  /** An empty cgroup; throws what the system says. */
  create(run: string, { limitsMemory }: { readonly limitsMemory: boolean }): RunCgroup {
    const folder = this.#unified.make(run);
    return { folder, memoryFolder: limitsMemory ? this.#makeMemory(run, folder) : null };
  }

  /** What it forks is born in the cgroup. Throws what the system says to entering it, or what `fork` throws. */
  inside<T>({ folder, memoryFolder }: RunCgroup, fork: () => T): T {
    const memory = this.#memory;
    if (!(memory instanceof Tree) || memoryFolder === null) return this.#unified.visit(folder, fork);
    return this.#unified.visit(folder, () => memory.visit(memoryFolder, fork));
  }

  /** A limit that comes while the run lives: all of it is brought where it can be limited. */
  limitLater(cgroup: RunCgroup): RunCgroup {
    if (cgroup.memoryFolder !== null) return cgroup;
    const memoryFolder = this.#makeMemory(basename(cgroup.folder), cgroup.folder);
    if (memoryFolder !== null && memoryFolder !== cgroup.folder) bringIn(cgroup.folder, memoryFolder);
    return { ...cgroup, memoryFolder };
  }

  /** All that is there for runs; a supervisor before this one may have left some of it. */
  list(): string[] {
    const folders = [this.#unified.folder, ...(this.#ownMemory === null ? [] : [join(this.#ownMemory, this.#name)])];
    return folders.flatMap(listCgroups).filter((folder) => basename(folder) !== OWN_LEAF);
  }

  /** Gives back what is empty. */
  close(): void {
    if (this.#memory instanceof Tree) this.#memory.close();
    this.#unified.close();
  }

  #makeMemory(run: string, folder: string): string | null {
    const memory = this.#openMemory();
    if (memory === 'unified') return folder;
    return memory === null ? null : memory.make(run);
  }

  #openMemory(): Tree | 'unified' | null {
    if (this.#memory === undefined) this.#memory = this.#unified.enable('memory') ? 'unified' : openTree(this.#ownMemory, this.#name);
    return this.#memory;
  }
}

/** Null: there is none, or it is not ours to use. */
function openTree(own: string | null, name: string): Tree | null {
  if (own === null) return null;
  let tree: Tree | null = null;
  try {
    tree = new Tree(own, name);
    tree.try();
    return tree;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    tree?.close();
    return null;
  }
}

/** The folder for all runs in one tree of cgroups, and the way back out of it. */
class Tree {
  readonly #own: string;
  readonly folder: string;
  /** Kept open: the way back must not fail for want of a descriptor. */
  #home: number;
  problem: string | null = null;

  constructor(own: string, name: string) {
    this.#own = own;
    this.folder = join(own, name);
    mkdirSync(this.folder, { recursive: true });
    this.#home = openSync(join(own, 'cgroup.procs'), 'r+');
  }

  /** Throws where runs could not be entered and left. */
  try(): void {
    const folder = this.make('probe');
    this.visit(folder, () => {});
    rmdirSync(folder);
    if (this.problem !== null) throw Object.assign(new Error(this.problem), { code: 'EACCES' });
  }

  make(run: string): string {
    const folder = join(this.folder, run);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  visit<T>(folder: string, act: () => T): T {
    const door = openSync(join(folder, 'cgroup.procs'), 'r+');
    try {
      writeSync(door, '0');
    } finally {
      closeSync(door);
    }
    try {
      return act();
    } finally {
      this.#leave();
    }
  }

  /** Only of v2. False: somebody else gives that controller to us, and has not, or is in our cgroup beside us. */
  enable(controller: string): boolean {
    if (!readWords(join(this.#own, 'cgroup.controllers')).includes(controller)) return false;
    try {
      this.#enableIn(this.#own, controller);
      this.#enableIn(this.folder, controller);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return false;
    }
  }

  close(): void {
    closeSync(this.#home);
    removeCgroup(this.folder);
  }

  /** A cgroup that controls what is below it may hold no process itself (but for the root): omniroute moves into a leaf, if it is alone. */
  #enableIn(folder: string, controller: string): void {
    const order = (): void => writeFileSync(join(folder, 'cgroup.subtree_control'), `+${controller}`, { flag: 'r+' });
    try {
      order();
    } catch (error) {
      const isAlone = readWords(join(folder, 'cgroup.procs')).every((pid) => pid === String(process.pid));
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || folder !== this.#own || !isAlone) throw error;
      this.#moveHome(this.make(OWN_LEAF));
      order();
    }
  }

  #moveHome(folder: string): void {
    const home = openSync(join(folder, 'cgroup.procs'), 'r+');
    writeSync(home, '0');
    closeSync(this.#home);
    this.#home = home;
  }

  #leave(): void {
    try {
      writeSync(this.#home, '0');
    } catch (error) {
      // The process that was born is all right; it is omniroute that is in the wrong place now.
      this.problem = `omniroute cannot go back to its own cgroup ${this.#own}: ${(error as Error).message}`;
    }
  }
}

/** What forks while it is brought over leaves a child behind, which the next pass brings. */
function bringIn(from: string, to: string): void {
  const brought = new Set<number>();
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const pids = readCgroup(from).filter((pid) => !brought.has(pid));
    if (pids.length === 0) return;
    for (const pid of pids) {
      brought.add(pid);
      try {
        writeFileSync(join(to, 'cgroup.procs'), String(pid), { flag: 'r+' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
}

function readWords(path: string): string[] {
  try {
    return readFileSync(path, 'latin1')
      .split(/\s+/)
      .filter((word) => word !== '');
  } catch {
    // Not there, not ours to read, or of threads: nothing that could be used.
    return [];
  }
}
