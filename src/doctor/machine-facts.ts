// What this machine offers, as read from it; what that means is in machine.ts.
import { accessSync, constants, statfsSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { runtimeRoot } from '../control/socket-path.ts';
import { findCgroupObstacle } from '../process/cgroup-door.ts';
import { isMemoryGiven } from '../process/cgroup-memory.ts';
import { findOwnCgroups, findSlowMount } from '../process/cgroup-tree.ts';
import { readDescriptorLimit } from '../process/descriptor-table.ts';
import { readText } from '../process/read-text.ts';

export interface MachineFacts {
  readonly platform: string;
  /** As in `20.19.0`. */
  readonly nodeVersion: string;
  /** Where sockets and pipes go: null where no folder of the system can be had, and the state folder is used. */
  readonly runtimeFolder: { readonly path: string; readonly isInMemory: boolean } | null;
  readonly hasMkfifo: boolean;
  /** Whether processes of other users can be seen (hidepid); null: no /proc. */
  readonly seesAllProcesses: boolean | null;
  /** Null: not a Linux. */
  readonly fileWatches: { readonly watches: number; readonly instances: number } | null;
  /** How many descriptors omniroute may have open; null: unlimited, or unknown. */
  readonly descriptors: number | null;
  /** What keeps runs from control groups of their own, in words (null: nothing), and whether the kernel can kill a whole group at once. */
  readonly cgroups: {
    readonly obstacle: string | null;
    readonly limitsMemory: boolean;
    readonly killsAtOnce: boolean;
    /** Where they are mounted, if births wait for the kernel and need not. */
    readonly slowMount: string | null;
  } | null;
  /** Bytes free where the logs go; null: unknown. */
  readonly freeBytes: number | null;
}

const TMPFS_MAGIC = 0x01021994;
const RAMFS_MAGIC = 0x858458f6;

/** `stateDir` need not exist. */
export function readMachineFacts(stateDir: string, env: Readonly<Record<string, string | undefined>>): MachineFacts {
  const root = runtimeRoot(env);
  return {
    platform: process.platform,
    nodeVersion: process.versions.node,
    runtimeFolder: root === null ? null : { path: root, isInMemory: isInMemory(root) },
    hasMkfifo: (env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, 'mkfifo'))),
    seesAllProcesses: readText('/proc/self/stat') === null ? null : readText('/proc/1/stat') !== null,
    fileWatches: readFileWatches(),
    descriptors: readDescriptorLimit(),
    cgroups: process.platform === 'linux' ? readCgroups() : null,
    freeBytes: onNearest(stateDir, (folder) => {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    }),
  };
}

function readCgroups(): MachineFacts['cgroups'] {
  const own = findOwnCgroups();
  const obstacle = findCgroupObstacle(own);
  // Linux 6.0 brought the option.
  const slowMount = isLaterThan(release(), 6, 0) ? findSlowMount(readText('/proc/self/mountinfo') ?? '') : null;
  return { obstacle, limitsMemory: isMemoryGiven(own), killsAtOnce: isLaterThan(release(), 5, 14), slowMount };
}

function isLaterThan(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number);
  return first > major || (first === major && second >= minor);
}

function isInMemory(folder: string): boolean {
  return onNearest(folder, (existing) => [TMPFS_MAGIC, RAMFS_MAGIC].includes(statfsSync(existing).type)) ?? false;
}

function readFileWatches(): MachineFacts['fileWatches'] {
  const read = (name: string): number => Number(readText(`/proc/sys/fs/inotify/${name}`) ?? Number.NaN);
  const [watches, instances] = [read('max_user_watches'), read('max_user_instances')];
  return Number.isNaN(watches) || Number.isNaN(instances) ? null : { watches, instances };
}

/** Of the folder, or of the nearest one above it that is there; null: it tells nobody. */
function onNearest<T>(folder: string, ask: (existing: string) => T): T | null {
  for (let path = folder; ; path = join(path, '..')) {
    try {
      return ask(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === '/') return null;
    }
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
