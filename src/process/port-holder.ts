import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { listPids } from './process-table.ts';

export interface Holder {
  readonly pid: number;
  /** Name of the program. */
  readonly command: string | null;
}

/** Processes looked through before the event loop has its turn. */
const BATCH = 32;
/** A machine with more open files than this gets no holder named, rather than a supervisor kept busy. */
const MAX_LINKS = 100_000;

/** Socket inode → the oldest process that has it open. Other users' processes are closed to us. */
export async function findHolders(inodes: readonly string[]): Promise<Map<string, Holder>> {
  const wanted = new Set(inodes);
  const holders = new Map<string, Holder>();
  let links = 0;
  for (const [index, pid] of (wanted.size === 0 ? [] : listPids()).entries()) {
    if (index % BATCH === BATCH - 1) await nextTurn();
    for (const link of openLinks(pid)) {
      links++;
      const inode = link.startsWith('socket:[') ? link.slice(8, -1) : '';
      if (wanted.delete(inode)) holders.set(inode, { pid, command: programOf(pid) });
    }
    if (wanted.size === 0 || links > MAX_LINKS) break;
  }
  return holders;
}

function openLinks(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return (attempt(() => readdirSync(folder)) ?? []).flatMap((fd) => attempt(() => readlinkSync(`${folder}/${fd}`)) ?? []);
}

function programOf(pid: number): string | null {
  const file = attempt(() => readlinkSync(`/proc/${pid}/exe`))?.replace(/ \(deleted\)$/, '');
  return file === undefined ? (attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? null) : basename(file);
}

/** Undefined: closed or ended meanwhile, another user's, or no descriptor left to look with. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
