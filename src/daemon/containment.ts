// Which control group a run is born in. Every step is tried, and where one is refused the run is recognised as it is without groups.
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../config/diagnostic.ts';
import type { LoadedProject } from '../config/load.ts';
import { findProjectPlace } from '../config/place.ts';
import { bringToMemory, makeRunCgroup, type RunCgroup, removeRunCgroup } from '../process/cgroup.ts';
import { CgroupDoor, findCgroupObstacle } from '../process/cgroup-door.ts';
import { limitMemory } from '../process/cgroup-memory.ts';
import { findOwnCgroups, type OwnCgroups } from '../process/cgroup-tree.ts';
import { isOutOfDescriptors } from '../process/spare-descriptor.ts';
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import { baseName, runName } from './cgroup-name.ts';
import { placeIdOf } from './place-id.ts';
import { removeEmptyBeside, removeEmptyGroups } from './run-cgroups.ts';

/** The sampler ends a slow leak at `memory.hard` itself, in good order; the kernel is for what grows faster than it is looked at. */
const KERNEL_SLACK = 1 / 8;
const REMOVE_AGAIN_MS = 1_000;

/** Where a process is about to be born. */
export interface Birthplace {
  /** Null: in no group of its own; known for certain once `inside` has been called. */
  cgroup: RunCgroup | null;
  /** Forks there. */
  inside<T>(fork: () => T): T;
}

export class Containment {
  readonly #stateDir: string;
  readonly #base: string;
  readonly #own: OwnCgroups;
  readonly #nonce: string;
  #mode: ProjectSpec['contain'];
  /** Undefined: nobody has tried. In words why there are no groups. */
  #obstacle: string | null | undefined;
  #door: CgroupDoor | null = null;
  /** Undefined: nobody has asked for a limit. */
  #memory: 'v2' | 'v1' | null | undefined;
  /** Of runs that are over: the kernel takes a moment to let go of the last that left. */
  readonly #empty = new Set<RunCgroup>();
  #timer: NodeJS.Timeout | null = null;

  constructor(stateDir: string, mode: ProjectSpec['contain'], nonce: string) {
    this.#stateDir = stateDir;
    this.#base = baseName(placeIdOf(stateDir));
    this.#own = findOwnCgroups();
    this.#nonce = nonce;
    this.#mode = mode;
  }

  /** Groups of runs that ended while no omniroute was there. */
  removeLeftovers(): void {
    removeEmptyGroups(this.#stateDir, this.#own);
  }

  setMode(mode: ProjectSpec['contain']): void {
    this.#mode = mode;
  }

  /** In words what is not as the file wants it; null: all is well. */
  get problem(): string | null {
    if (this.#mode === 'group') return null;
    const obstacle = this.#mode === 'cgroup' ? this.#findObstacle() : null;
    return this.#door?.problem ?? (obstacle === null ? null : `\`contain: cgroup\` cannot be: ${obstacle}`);
  }

  /** A run will be born in a moment, likely: what the kernel takes its time for is begun. */
  expectBirth(): void {
    if (this.#mode === 'group' || this.#own.unified === null || this.#obstacle) return;
    try {
      const door = this.#openDoor();
      if (door.problem === null) door.rouse();
    } catch (error) {
      // What is refused here is told when it matters, by the birth.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  /** Null: at once, `prepare` and `limit` may be called; else once this has resolved. */
  get rousing(): Promise<void> | null {
    return this.#door?.rousing ?? null;
  }

  /** For a new run. */
  prepare(spec: ServiceSpec, run: number): Birthplace {
    const birthplace: Birthplace = {
      cgroup: this.#create(spec, run),
      inside: (fork) => {
        const { cgroup } = birthplace;
        if (cgroup === null || !this.#enter(cgroup)) {
          birthplace.cgroup = null;
          return fork();
        }
        try {
          return fork();
        } finally {
          (this.#door as CgroupDoor).leave(cgroup);
        }
      },
    };
    return birthplace;
  }

  /** Of a run that lives; never before omniroute is outside again, which must not be what the limit ends. The group, with what was added. */
  limit(cgroup: RunCgroup, { memory }: ServiceSpec): RunCgroup {
    const { hardBytes } = memory;
    if (hardBytes === null && cgroup.memory === null && this.#memory !== 'v2') return cgroup;
    const limited = hardBytes !== null && cgroup.memory === null && this.#findMemory() === 'v1' ? this.#addMemory(cgroup) : cgroup;
    // Without the kernel's limit the sampler's holds.
    limitMemory(limited, hardBytes === null ? null : Math.floor(hardBytes * (1 + KERNEL_SLACK)));
    return limited;
  }

  /** A run is over and proven gone. */
  discard(cgroup: RunCgroup): void {
    this.#empty.add(cgroup);
    this.#removeEmpty();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.rousing;
    this.#door?.close();
    this.removeLeftovers();
  }

  #findObstacle(): string | null {
    // Tried once: to try again from within a leaf would end there.
    if (this.#obstacle === undefined) this.#obstacle = findCgroupObstacle(this.#own);
    return this.#obstacle;
  }

  #create({ name, memory }: ServiceSpec, run: number): RunCgroup | null {
    const { unified } = this.#own;
    if (this.#mode === 'group' || unified === null || this.#findObstacle() !== null || this.#door?.problem) return null;
    const folder = join(this.#base, runName(name, run, this.#nonce));
    const isLimited = memory.hardBytes !== null && this.#findMemory() === 'v1';
    const plain = { unified: join(unified, folder), memory: null };
    const cgroup = isLimited ? { ...plain, memory: join(this.#own.memory as string, folder) } : plain;
    if (makeRunCgroup(cgroup) === null) return cgroup;
    removeRunCgroup(cgroup);
    const problem = makeRunCgroup(plain);
    if (problem === null) return plain;
    this.#obstacle = problem;
    return null;
  }

  /** False: it is not to be entered, and nor will others be. */
  #enter(cgroup: RunCgroup): boolean {
    try {
      this.#openDoor().enter(cgroup);
      return true;
    } catch (error) {
      removeRunCgroup(cgroup);
      const { code, message } = error as NodeJS.ErrnoException;
      // Without descriptors nothing can be started at all, and that passes.
      if (code === undefined || isOutOfDescriptors(error)) throw error;
      this.#obstacle = message;
      return false;
    }
  }

  #openDoor(): CgroupDoor {
    this.#door ??= new CgroupDoor(this.#own);
    return this.#door;
  }

  #findMemory(): 'v2' | 'v1' | null {
    const { unified, memory } = this.#own;
    if (this.#memory === undefined && unified !== null) {
      const isEnabled = this.#openDoor().enableMemory(unified, join(unified, this.#base));
      this.#memory = isEnabled ? 'v2' : memory !== null && this.#openDoor().leadsToMemory ? 'v1' : null;
    }
    return this.#memory ?? null;
  }

  #addMemory(cgroup: RunCgroup): RunCgroup {
    const folder = cgroup.unified.slice(cgroup.unified.lastIndexOf('/') + 1);
    const added = { ...cgroup, memory: join(this.#own.memory as string, this.#base, folder) };
    if (makeRunCgroup(added) !== null) return cgroup;
    bringToMemory(added);
    return added;
  }

  #removeEmpty(): void {
    for (const cgroup of this.#empty) {
      if (!removeRunCgroup(cgroup)) continue;
      this.#empty.delete(cgroup);
      if (dirname(cgroup.unified) !== join(this.#own.unified ?? '', this.#base)) removeEmptyBeside(cgroup);
    }
    if (this.#empty.size === 0 || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#removeEmpty();
    }, REMOVE_AGAIN_MS).unref();
  }
}

/** `contain: cgroup` where it cannot be, with its place and what to do; null: it can, or is not asked for. */
export function refuseContainment({ places, project }: LoadedProject): Diagnostic | null {
  const obstacle = project.contain === 'cgroup' ? findCgroupObstacle(findOwnCgroups()) : null;
  if (obstacle === null) return null;
  return {
    severity: 'error',
    code: 'no-control-groups',
    message: `\`contain: cgroup\` cannot be: ${obstacle}`,
    place: findProjectPlace(places, 'contain'),
    length: 0,
    hint: '`omniroute doctor` says what gives them; with `contain: auto` they are used where there are any',
    excerpt: [],
    service: null,
  };
}
