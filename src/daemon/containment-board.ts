// The cgroups of the runs. Where none can be had, `auto` is content with the process group, and what else tells whose a process is.
import { killCgroup, removeCgroup } from '../process/cgroup.ts';
import { Containment, type ContainmentFailure, openContainment, type RunCgroup } from '../process/containment.ts';
import { countOomKills, limitMemory } from '../process/memory-limit.ts';
import { isOutOfDescriptors } from '../process/spare-descriptor.ts';
import type { ContainMode } from '../spec.ts';
import { cgroupOfPlace, cgroupOfRun } from './cgroup-name.ts';

const REMOVE_AGAIN_MS = 1_000;

export interface ContainmentBoardOptions {
  readonly mode: ContainMode;
  /** Null: nobody has looked yet. */
  readonly opened: Containment | ContainmentFailure | null;
  readonly placeId: string;
  /** In words; once for each kind of problem. */
  onProblem(problem: string): void;
}

/** Where a process is about to be born. */
export interface Birthplace {
  /** Null: in no cgroup of its own; also, after `inside`, where the one that was made could not be entered. */
  cgroup: RunCgroup | null;
  /** Forks there. */
  inside<T>(fork: () => T): T;
}

export class ContainmentBoard {
  readonly #o: ContainmentBoardOptions;
  #mode: ContainMode;
  #opened: Containment | ContainmentFailure | null;
  /** Empty soon: the kernel takes a moment to let go of what has ended. */
  readonly #emptied = new Set<string>();
  readonly #told = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ContainmentBoardOptions) {
    this.#o = options;
    this.#mode = options.mode;
    this.#opened = options.opened;
  }

  /** Why runs cannot be contained so; null: they can. */
  findObstacle(mode: ContainMode): ContainmentFailure | null {
    const opened = mode === 'cgroup' ? this.#open() : null;
    return opened instanceof Containment ? null : opened;
  }

  /** For runs from now on. */
  setMode(mode: ContainMode): void {
    this.#mode = mode;
  }

  /** Throws what the system says where the run must have a cgroup. */
  prepare(marker: string, hardBytes: number | null): Birthplace {
    const birthplace: Birthplace = {
      cgroup: this.#create(marker, hardBytes),
      inside: (fork) => {
        if (birthplace.cgroup === null) return fork();
        const { forked, isInside } = this.#inside(birthplace.cgroup, fork);
        if (!isInside) {
          this.discard(birthplace.cgroup);
          birthplace.cgroup = null;
        }
        return forked;
      },
    };
    return birthplace;
  }

  /** Once omniroute is outside again: what it allocates must not count, and what the limit ends must not be omniroute. */
  limit(service: string, cgroup: RunCgroup, hardBytes: number | null): RunCgroup {
    const opened = this.#opened;
    try {
      const limited = hardBytes !== null && opened instanceof Containment ? opened.limitLater(cgroup) : cgroup;
      if (limited.memoryFolder !== null) limitMemory(limited.memoryFolder, hardBytes);
      return limited;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      this.#tell(`memory.hard of ${service} is not held by the kernel, but sampled: ${message}`);
      return cgroup;
    }
  }

  /** Null: nobody counts them for this run alone. */
  oomKillsOf({ memoryFolder }: RunCgroup): number | null {
    return memoryFolder === null ? null : countOomKills(memoryFolder);
  }

  /** A run is over, and proven gone. */
  discard({ folder, memoryFolder }: RunCgroup): void {
    for (const each of [folder, memoryFolder]) if (each !== null) this.#emptied.add(each);
    this.#removeEmptied();
  }

  /** Ends and takes away what an omniroute before this one left, but for the runs that are taken over. */
  discardOthers(kept: readonly RunCgroup[]): void {
    if (!(this.#opened instanceof Containment)) return;
    const known = new Set(kept.flatMap(({ folder, memoryFolder }) => [folder, memoryFolder]));
    const others = this.#opened.list().filter((folder) => !known.has(folder));
    for (const folder of others) killCgroup(folder);
    for (const folder of others) this.#emptied.add(folder);
    this.#removeEmptied();
  }

  /** In words what is not as it should be. */
  get problem(): string | null {
    return this.#opened instanceof Containment ? this.#opened.problem : null;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const folder of this.#emptied) removeCgroup(folder);
    if (this.#opened instanceof Containment) this.#opened.close();
  }

  #create(marker: string, hardBytes: number | null): RunCgroup | null {
    if (this.#mode === 'group') return null;
    const opened = this.#open();
    if (!(opened instanceof Containment) || opened.problem !== null) return null;
    try {
      return opened.create(cgroupOfRun(marker), { limitsMemory: hardBytes !== null });
    } catch (error) {
      this.#giveUpUnlessWanted(error);
      return null;
    }
  }

  #inside<T>(cgroup: RunCgroup, fork: () => T): { readonly forked: T; readonly isInside: boolean } {
    let entered = false;
    const note = (): T => {
      entered = true;
      return fork();
    };
    try {
      return { forked: (this.#opened as Containment).inside(cgroup, note), isInside: true };
    } catch (error) {
      if (entered) throw error;
      this.#giveUpUnlessWanted(error);
      return { forked: fork(), isInside: false };
    }
  }

  #open(): Containment | ContainmentFailure {
    this.#opened ??= openContainment(cgroupOfPlace(this.#o.placeId));
    return this.#opened;
  }

  /** Without descriptors nothing can be started anyway. */
  #giveUpUnlessWanted(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || this.#mode === 'cgroup' || isOutOfDescriptors(error)) throw error;
    this.#tell(`runs have no cgroup of their own any more: ${message}`);
  }

  #tell(problem: string): void {
    if (this.#told.has(problem)) return;
    this.#told.add(problem);
    this.#o.onProblem(problem);
  }

  #removeEmptied(): void {
    for (const folder of this.#emptied) if (removeCgroup(folder)) this.#emptied.delete(folder);
    if (this.#emptied.size === 0 || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#removeEmptied();
    }, REMOVE_AGAIN_MS).unref();
  }
}
