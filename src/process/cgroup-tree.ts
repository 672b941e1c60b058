// Where control groups are on this machine: the unified hierarchy (v2), and v1's for memory where that controller lives apart.
// cgroups(7); Documentation/admin-guide/cgroup-v2.rst.
import { readFileSync } from 'node:fs';

export interface OwnCgroups {
  /** Folder of this process's own group in the unified hierarchy; null: none is mounted, or it is out of sight. */
  readonly unified: string | null;
  /** Folder in v1's hierarchy of the memory controller; null: there is none, as where v2 has that controller. */
  readonly memory: string | null;
}

/** Nothing where there is no /proc. */
export function findOwnCgroups(): OwnCgroups {
  return findCgroupsOf('self');
}

/** Of another process: as this one sees them. */
export function findCgroupsOf(pid: number | 'self'): OwnCgroups {
  try {
    return parseOwnCgroups(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
  } catch {
    return { unified: null, memory: null };
  }
}

/** Where the unified hierarchy is mounted, if it is so that a move into a group waits for all processors after a rest; else null. */
export function findSlowMount(mountinfo: string): string | null {
  const mount = mountinfo.split('\n').flatMap(parseMount).find(isUnified);
  return mount === undefined || mount.options.includes('favordynmods') ? null : mount.point;
}

export function parseOwnCgroups(mountinfo: string, own: string): OwnCgroups {
  const mounts = mountinfo.split('\n').flatMap(parseMount);
  const paths = own.split('\n').map((line) => line.split(':'));
  const folderOf = (mount: Mount | undefined, path: string | undefined): string | null => {
    if (mount === undefined || path === undefined) return null;
    const rest =
      mount.root === '/' ? path : path === mount.root ? '' : path.startsWith(`${mount.root}/`) ? path.slice(mount.root.length) : null;
    return rest === null ? null : `${mount.point}${rest}`.replace(/\/$/, '');
  };
  return {
    unified: folderOf(
      mounts.find(isUnified),
      paths
        .find(([id, controllers]) => id === '0' && controllers === '')
        ?.slice(2)
        .join(':'),
    ),
    memory: folderOf(
      mounts.find(({ type, options }) => type === 'cgroup' && options.includes('memory')),
      paths
        .find(([, controllers]) => controllers?.split(',').includes('memory'))
        ?.slice(2)
        .join(':'),
    ),
  };
}

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

function isUnified({ type }: Mount): boolean {
  return type === 'cgroup2';
}

/** proc_pid_mountinfo(5): the fields before ` - ` vary in number. */
function parseMount(line: string): Mount[] {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root, point] = before.split(' ');
  const [type, , options = ''] = after.split(' ');
  if (root === undefined || point === undefined || type === undefined) return [];
  return [{ root: unescape(root), point: unescape(point), type, options: options.split(',') }];
}

function unescape(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
