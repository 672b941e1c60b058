import { close, open } from 'node:fs';
import { promisify } from 'node:util';
import { readText } from './read-text.ts';

/** The table has twice as many entries then: enough for a hundred services, each with two pipes and two files. */
const ROOM = 257;
/** Where fewer are allowed, there must be some left for whoever opens one meanwhile. */
const LEAST_ALLOWED = 1_000;

/**
 * Makes room for open files. Linux doubles the table when it is full, and where there are threads it waits then for all processors
 * (synchronize_rcu in fs/file.c), 5 to 20 ms each time; a table never shrinks. It is another thread that opens, and waits. Never rejects.
 */
export async function growDescriptorTable(): Promise<void> {
  if ((readDescriptorLimit() ?? 0) < LEAST_ALLOWED) return;
  const opened = await Promise.allSettled(Array.from({ length: ROOM }, () => promisify(open)('/dev/null', 'r')));
  for (const each of opened) if (each.status === 'fulfilled') close(each.value);
}

/** How many this process may have open; null where that is not known. Node raises the soft limit to the hard one when it starts. */
export function readDescriptorLimit(): number | null {
  const limit = /^Max open files\s+(\d+)/m.exec(readText('/proc/self/limits') ?? '')?.[1];
  return limit === undefined ? null : Number(limit);
}
