// How much memory the kernel lets a cgroup have, under v2 or, where the controller is still there, under v1.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `limitBytes` null: as much as there is. The kernel ends what needs more, and under v2 the whole run with it; swap does not count as room.
 * Throws what the system says; EBUSY, under v1 alone: more than that is in use.
 */
export function limitMemory(folder: string, limitBytes: number | null): void {
  const orders = existsSync(join(folder, 'memory.max')) ? ordersOfV2(limitBytes) : ordersOfV1(limitBytes);
  for (const [file, value] of orders) writeIfThere(join(folder, file), value);
}

/** How many processes in it the kernel has killed for want of memory, its own or the machine's. */
export function countOomKills(folder: string): number {
  const text = read(join(folder, 'memory.events')) ?? read(join(folder, 'memory.oom_control')) ?? '';
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

type Order = readonly [file: string, value: string];

function ordersOfV2(limitBytes: number | null): Order[] {
  return [
    ['memory.oom.group', limitBytes === null ? '0' : '1'],
    ['memory.swap.max', limitBytes === null ? 'max' : '0'],
    ['memory.max', limitBytes === null ? 'max' : String(limitBytes)],
  ];
}

/** Memory alone must never be allowed more than memory and swap together. */
function ordersOfV1(limitBytes: number | null): Order[] {
  const value = String(limitBytes ?? -1);
  return [
    ['memory.memsw.limit_in_bytes', '-1'],
    ['memory.limit_in_bytes', value],
    ['memory.memsw.limit_in_bytes', value],
  ];
}

/** A kernel without swap accounting lacks some of the files; one in which the limit itself is missing is refused before. */
function writeIfThere(path: string, value: string): void {
  if (existsSync(path)) writeFileSync(path, value, { flag: 'r+' });
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Removed, or no controller: it has counted nothing.
    return null;
  }
}
