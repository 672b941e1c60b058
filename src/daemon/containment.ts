// Which control group a run lives in. Every step is tried, and where one is refused the run is recognised as it is without groups.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { limitMemory, makeRunCgroup, pidsIn, type RunCgroup, removeRunCgroup } from '../process/cgroup.ts';
import { findCgroupObstacle, findCgroupsOf, findOwnCgroups, type OwnCgroups } from '../process/cgroup-tree.ts';
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import { placeIdOf } from './place-id.ts';

/** The sampler ends a slow leak at `memory.hard` itself, in good order; the kernel is for what grows faster than it is looked at. */
const KERNEL_SLACK = 1 / 8;

export class Containment {
  readonly #stateDir: string;
  readonly #own: OwnCgroups;
  readonly #nonce: string;
  #mode: ProjectSpec['contain'];
  /** In words why there are no groups; null: there are, as far as is known. */
  #obstacle: string | null;

  constructor(stateDir: string, mode: ProjectSpec['contain'], nonce: string) {
    this.#stateDir = stateDir;
    this.#own = findOwnCgroups();
    this.#nonce = nonce;
    this.#mode = mode;
    this.#obstacle = mode === 'group' ? null : findCgroupObstacle(this.#own);
    removeEmptyGroups(stateDir);
  }

  setMode(mode: ProjectSpec['contain']): void {
    this.#mode = mode;
    if (mode !== 'group') this.#obstacle ??= findCgroupObstacle(this.#own);
  }

  /** In words why the file's `contain: cgroup` cannot be; null: it can, or is not asked for. */
  get problem(): string | null {
    return this.#mode === 'cgroup' && this.#obstacle !== null ? `\`contain: cgroup\` cannot be: ${this.#obstacle}` : null;
  }

  /** A group for a new run, with its limit; null: none. */
  create({ name, memory }: ServiceSpec, run: number): RunCgroup | null {
    if (this.#mode === 'group' || this.#obstacle !== null || this.#own.unified === null) return null;
    const folder = join(baseOf(this.#stateDir), `${name.replaceAll('/', '+')}.${run}.${this.#nonce}`);
    const isLimited = memory.hardBytes !== null && this.#own.memory !== null;
    const cgroup = { unified: join(this.#own.unified, folder), memory: isLimited ? join(this.#own.memory as string, folder) : null };
    const problem = makeRunCgroup(cgroup) ?? (cgroup.memory === null ? null : limitMemory(cgroup, kernelLimit(memory.hardBytes)));
    if (problem === null) {
      if (memory.hardBytes !== null && cgroup.memory === null) limitMemory(cgroup, kernelLimit(memory.hardBytes));
      return cgroup;
    }
    // Without the kernel's limit the sampler's holds; without a group, all other ways to know a run by.
    removeRunCgroup(cgroup);
    const plain = { unified: cgroup.unified, memory: null };
    if (makeRunCgroup(plain) === null) return plain;
    this.#obstacle = problem;
    return null;
  }

  /** Of a run that goes on under another limit. */
  setLimit(cgroup: RunCgroup, { memory }: ServiceSpec): void {
    limitMemory(cgroup, kernelLimit(memory.hardBytes));
  }

  close(): void {
    removeEmptyGroups(this.#stateDir);
  }
}

/** The groups of runs that are over, such as those of an omniroute that was killed; others stay. */
export function removeEmptyGroups(stateDir: string): void {
  const { unified, memory } = findOwnCgroups();
  for (const own of [unified, memory]) {
    const base = own === null ? null : join(own, baseOf(stateDir));
    if (base === null || !existsSync(base)) continue;
    const folders = readdirSync(base, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) if (pidsIn(join(base, name)).length === 0) removeRunCgroup({ unified: join(base, name), memory: null });
    if (pidsIn(base).length === 0) removeRunCgroup({ unified: base, memory: null });
  }
}

/** Of a run that nobody wrote down: the group that its leader is in, if it is one of this state folder's. */
export function findRunCgroup(stateDir: string, pid: number): RunCgroup | null {
  const { unified, memory } = findCgroupsOf(pid);
  const isOurs = (folder: string | null): folder is string => folder !== null && basename(dirname(folder)) === baseOf(stateDir);
  return isOurs(unified) ? { unified, memory: isOurs(memory) ? memory : null } : null;
}

function baseOf(stateDir: string): string {
  return `omniroute-${placeIdOf(stateDir)}`;
}

function kernelLimit(hardBytes: number | null): number | null {
  return hardBytes === null ? null : Math.floor(hardBytes * (1 + KERNEL_SLACK));
}
