// The way into a control group and back. Omniroute goes in, forks and comes out, all in one turn: so a process is born inside, before
// its first instruction, and without a shell in between that would take as long as the fork itself. (Node has no CLONE_INTO_CGROUP.)
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmdirSync, write, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pidsIn, type RunCgroup, subgroups } from './cgroup.ts';
import type { OwnCgroups } from './cgroup-tree.ts';

const PROCS = 'cgroup.procs';
const CONTROL = 'cgroup.subtree_control';
const LEAF = 'supervisor';

export class CgroupDoor {
  /** Kept open: the way back must not fail for want of a descriptor. */
  readonly #homes: { unified: number; readonly memory: number | null };
  #problem: string | null = null;
  #rousing: Promise<void> | null = null;
  /** Where it was us who had memory controlled, and the leaf that omniroute went into for that. */
  #enabled: { readonly own: string; readonly base: string; readonly leaf: string | null } | null = null;

  /** Throws what the system says. */
  constructor({ unified, memory }: OwnCgroups) {
    if (unified === null) throw new Error('there is no unified hierarchy');
    this.#homes = { unified: openSync(join(unified, PROCS), 'r+'), memory: memory === null ? null : openHome(memory) };
  }

  /** In words why omniroute could not come out; it must not go in again. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Whether there is a way back from where memory is limited under v1. */
  get leadsToMemory(): boolean {
    return this.#homes.memory !== null;
  }

  /**
   * Of all moves the first after a rest is slow: it waits until each processor has passed a quiescent point, 5 to 15 ms, where the next
   * ones take 0.1 (and the first too, where the hierarchy is mounted with `favordynmods`). So omniroute is moved to where it is, by another
   * thread, while there is something else to do. Nobody is to use the door until this has resolved. Null: it is awake, as far as is known.
   */
  get rousing(): Promise<void> | null {
    return this.#rousing;
  }

  rouse(): void {
    this.#rousing ??= new Promise((resolve) => {
      // What is refused here is told when it matters, by the next move.
      write(this.#homes.unified, '0', () => {
        this.#rousing = null;
        resolve();
      });
    });
  }

  /** Throws what the system says, from outside. */
  enter({ unified, memory }: RunCgroup): void {
    // Half-way through, that other thread would take omniroute out again.
    if (this.#rousing !== null) throw new Error('the door to a control group is used while it is roused');
    moveInto(unified);
    if (memory === null) return;
    try {
      moveInto(memory);
    } catch (error) {
      this.leave({ unified, memory: null });
      throw error;
    }
  }

  leave({ memory }: RunCgroup): void {
    try {
      writeSync(this.#homes.unified, '0');
      if (memory !== null && this.#homes.memory !== null) writeSync(this.#homes.memory, '0');
    } catch (error) {
      this.#problem = `omniroute cannot go back to its own control group: ${(error as Error).message}`;
    }
  }

  /**
   * Has v2 control the memory of groups below `base`, which is in `own`. False: the controller is not given to us. A group that controls
   * those below it holds no process itself (the root does): omniroute goes into a leaf, and takes along the command that started it, if
   * nobody else is beside them.
   */
  enableMemory(own: string, base: string): boolean {
    if (this.#rousing !== null) throw new Error('memory is divided while the door is roused');
    try {
      mkdirSync(base, { recursive: true });
      const wasEnabled = readWords(join(own, CONTROL)).includes('memory');
      if (enable(own)) {
        if (!wasEnabled) this.#enabled = { own, base, leaf: null };
      } else {
        const pids = readWords(join(own, PROCS)).map(Number);
        if (!pids.every((pid) => pid === process.pid || isOwnCommand(pid))) return false;
        const leaf = join(base, LEAF);
        this.#enabled = { own, base, leaf };
        this.#moveHome(leaf, pids);
        if (!enable(own)) return false;
      }
      return enable(base);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return false;
    }
  }

  /** Gives back what it changed, so that nothing is left of it. */
  close(): void {
    this.#giveBack();
    for (const home of [this.#homes.unified, this.#homes.memory]) if (home !== null) closeSync(home);
  }

  /** Not where others are limited by what would have to be given up: runs that go on, and groups that are somebody else's. */
  #giveBack(): void {
    if (this.#enabled === null) return;
    const { own, base, leaf } = this.#enabled;
    const isNeeded = subgroups(base).some((group) => group !== leaf && pidsIn(group).length > 0);
    if (isNeeded || subgroups(own).some((group) => group !== base)) return;
    try {
      for (const group of [base, own]) writeFileSync(join(group, CONTROL), '-memory', { flag: 'r+' });
      if (leaf === null) return;
      this.#moveHome(own, pidsIn(leaf));
      rmdirSync(leaf);
    } catch (error) {
      // Then an empty group stays, which the next omniroute in here removes.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  #moveHome(folder: string, pids: readonly number[]): void {
    mkdirSync(folder, { recursive: true });
    const home = openSync(join(folder, PROCS), 'r+');
    for (const pid of pids) writeSync(home, String(pid));
    closeSync(this.#homes.unified);
    this.#homes.unified = home;
  }
}

/**
 * Has memory no longer controlled above a group of runs that is gone, if it had an omniroute's leaf: so one was in the group above, and
 * had it controlled. Not where there are other groups in it, which may have come to need that.
 */
export function giveBackAbove(base: string, removeBase: () => void): void {
  const hadLeaf = existsSync(join(base, LEAF));
  removeBase();
  const own = dirname(base);
  if (!hadLeaf || subgroups(own).length > 0) return;
  try {
    writeFileSync(join(own, CONTROL), '-memory', { flag: 'r+' });
  } catch (error) {
    // Then nobody can go into that group as long as it is there, and all else goes on.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** What keeps a run from being born in a group of its own below ours; tried, not guessed. */
export function findCgroupObstacle(own: OwnCgroups): string | null {
  const { unified } = own;
  if (unified === null) return 'no unified hierarchy of control groups (cgroup2) is mounted';
  try {
    const door = new CgroupDoor({ unified, memory: null });
    try {
      return tryDoor(door, join(unified, `omniroute-probe-${process.pid}`));
    } finally {
      door.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EROFS' ? `${unified} is mounted read-only` : `${unified} is not this user's to divide: ${code}`;
  }
}

function tryDoor(door: CgroupDoor, probe: string): string | null {
  const cgroup = { unified: probe, memory: null };
  mkdirSync(probe);
  try {
    door.enter(cgroup);
    door.leave(cgroup);
    return door.problem;
  } finally {
    rmdirSync(probe);
  }
}

function moveInto(folder: string): void {
  const door = openSync(join(folder, PROCS), 'r+');
  try {
    writeSync(door, '0');
  } finally {
    closeSync(door);
  }
}

/** `up -d`, which waits until what it has started is ready. */
function isOwnCommand(pid: number): boolean {
  return pid === process.ppid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[1] === process.argv[1];
}

/** Null: not ours to come back to, so nobody is limited there. */
function openHome(folder: string): number | null {
  try {
    return openSync(join(folder, PROCS), 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}

/** False: somebody is in the group (EBUSY), or the controller is not there for it. */
function enable(folder: string): boolean {
  if (!readWords(join(folder, 'cgroup.controllers')).includes('memory')) return false;
  try {
    writeFileSync(join(folder, CONTROL), '+memory', { flag: 'r+' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

function readWords(path: string): string[] {
  return readFileSync(path, 'latin1')
    .split(/\s+/)
    .filter((word) => word !== '');
}
