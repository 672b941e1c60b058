import { close, open, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { HAS_PROC } from './process-row.ts';

/** The table has twice as many entries then: enough for a hundred services, each with two pipes and two files. */
const ROOM = 257;
/** Where fewer are allowed, there must be some left for whoever opens one meanwhile. */
const LEAST_ALLOWED = 1_000;

/**
 * Makes room for open files. Linux doubles the table when it is full, and where there are threads it waits then for all processors
 * (synchronize_rcu in fs/file.c), 5 to 20 ms each time; a table never shrinks. It is another thread that opens, and waits. Never rejects.
 */
export async function growDescriptorTable(): Promise<void> {
  if (allowedDescriptors() < LEAST_ALLOWED) return;
  const opened = await Promise.allSettled(Array.from({ length: ROOM }, () => promisify(open)('/dev/null', 'r')));
  for (const each of opened) if (each.status === 'fulfilled') close(each.value);
}

/** 0 where it is not known, and the table may be another one. */
function allowedDescriptors(): number {
  if (!HAS_PROC) return 0;
  const [, allowed] = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
  return allowed === 'unlimited' ? Number.POSITIVE_INFINITY : Number(allowed ?? 0);
}
