// Where a process is in the trees of cgroups. They are mounted anywhere: v2 alone, beside v1, in a container, in a namespace.
// https://docs.kernel.org/admin-guide/cgroup-v2.html, cgroups(7), proc_pid_mountinfo(5)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders; null: there is no such tree, or the process is not to be found in it. */
export interface CgroupsOf {
  /** Of cgroup v2. */
  readonly unified: string | null;
  /** Of the memory controller, where that is still one of v1. */
  readonly memory: string | null;
}

export function findCgroups(pid = process.pid): CgroupsOf {
  const [mounts, paths] = [readText('/proc/self/mountinfo'), readText(`/proc/${pid}/cgroup`)];
  if (mounts === null || paths === null) return { unified: null, memory: null };
  const { unified, memory } = locateCgroups(mounts, paths);
  // The proof: what a namespace or a bind mount hides cannot be told from the text alone.
  const holds = (folder: string): boolean => readText(join(folder, 'cgroup.procs'))?.split('\n').includes(String(pid)) === true;
  return { unified: unified.find(holds) ?? null, memory: memory.find(holds) ?? null };
}

/** Where the two may be, as told by the text of /proc/self/mountinfo and of the process's /proc/PID/cgroup. */
export function locateCgroups(mountinfo: string, cgroup: string): Readonly<Record<keyof CgroupsOf, readonly string[]>> {
  const mounts = mountinfo.split('\n').flatMap((line) => parseMount(line) ?? []);
  const paths = cgroup.split('\n').map((line) => /^(\d+):([^:]*):(.*)$/.exec(line));
  const unifiedPath = paths.find((path) => path?.[1] === '0' && path[2] === '')?.[3];
  const memoryPath = paths.find((path) => path?.[2]?.split(',').includes('memory'))?.[3];
  return {
    unified: mounts.flatMap((mount) => (mount.type === 'cgroup2' && unifiedPath !== undefined ? [folderIn(mount, unifiedPath)] : [])),
    memory: mounts.flatMap((mount) =>
      mount.type === 'cgroup' && mount.options.includes('memory') && memoryPath !== undefined ? [folderIn(mount, memoryPath)] : [],
    ),
  };
}

interface Mount {
  /** What of the tree is mounted. */
  readonly root: string;
  readonly folder: string;
  readonly type: string;
  readonly options: readonly string[];
}

function parseMount(line: string): Mount | null {
  // A variable number of optional fields ends with a lone dash.
  const [before = '', after = ''] = line.split(' - ', 2);
  const [, , , root, folder] = before.split(' ').map(unescapeOctal);
  const [type, , options] = after.split(' ');
  return root === undefined || folder === undefined || type === undefined
    ? null
    : { root, folder, type, options: options?.split(',') ?? [] };
}

function folderIn({ root, folder }: Mount, path: string): string {
  const isBelow = root !== '/' && (path === root || path.startsWith(`${root}/`));
  return join(folder, isBelow ? path.slice(root.length) : path);
}

function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Not there, or not for us to read: no cgroup that could be used.
    return null;
  }
}
