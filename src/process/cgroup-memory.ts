// How much memory the kernel lets the control group of a run have: under v2, or where that controller is still one of v1.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunCgroup } from './cgroup.ts';
import type { OwnCgroups } from './cgroup-tree.ts';

/**
 * Whether the kernel limits groups within ours, or will as soon as it is asked. The root of v2, which alone has no `cgroup.type`, may be asked
 * at any time; any other group only where it holds no process, as whoever looks is mostly not alone in it.
 */
export function isMemoryGiven({ unified, memory }: OwnCgroups): boolean {
  if (memory !== null || unified === null) return memory !== null;
  const isIn = (name: string): boolean => /\bmemory\b/.test(readFileSync(join(unified, name), 'latin1'));
  try {
    return isIn('cgroup.subtree_control') || (isIn('cgroup.controllers') && !existsSync(join(unified, 'cgroup.type')));
  } catch {
    return false;
  }
}

/**
 * In words why the kernel does not limit it; null: it does. Null bytes: no limit any more. Swap is no room; what needs more is ended,
 * under v2 the whole run at once.
 */
export function limitMemory({ unified, memory }: RunCgroup, bytes: number | null): string | null {
  try {
    for (const [path, value] of memory === null ? ordersOfV2(unified, bytes) : ordersOfV1(memory, bytes))
      writeFileSync(path, value, { flag: 'r+' });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** How often the kernel has killed in it for want of memory, its own or the machine's; null: nobody counts that for it alone. */
export function countOomKills({ unified, memory }: RunCgroup): number | null {
  const path = memory === null ? join(unified, 'memory.events') : join(memory, 'memory.oom_control');
  // Where nobody controls memory there is no file, and an error that is thrown costs more than asking.
  if (!existsSync(path)) return null;
  try {
    const text = readFileSync(path, 'latin1');
    return Number(/^oom_kill (\d+)/m.exec(text)?.[1] ?? 0);
  } catch {
    // No controller, a kernel that does not count, or the group is gone.
    return null;
  }
}

type Order = readonly [path: string, value: string];

function ordersOfV2(folder: string, bytes: number | null): Order[] {
  return [
    ...ifThere(join(folder, 'memory.oom.group'), bytes === null ? '0' : '1'),
    ...ifThere(join(folder, 'memory.swap.max'), bytes === null ? 'max' : '0'),
    [join(folder, 'memory.max'), String(bytes ?? 'max')],
  ];
}

/** Memory alone must at no time be allowed more than memory and swap together. */
function ordersOfV1(folder: string, bytes: number | null): Order[] {
  const together = join(folder, 'memory.memsw.limit_in_bytes');
  const value = String(bytes ?? -1);
  return [...ifThere(together, '-1'), [join(folder, 'memory.limit_in_bytes'), value], ...ifThere(together, value)];
}

/** Kernels without accounting of swap lack some of the files. */
function ifThere(path: string, value: string): Order[] {
  return existsSync(path) ? [[path, value]] : [];
}
