import { closeSync, open } from 'node:fs';
import { promisify } from 'node:util';
import { isOutOfDescriptors } from './spare-descriptor.ts';

/** The table has twice as many entries then: enough for a hundred services, each with two pipes and two files. */
const ROOM = 257;

/**
 * Makes room for open files. Linux doubles the table when it is full, and where there are threads it waits then for all processors
 * (synchronize_rcu in fs/file.c), 5 to 20 ms each time; a table never shrinks. It is another thread that opens, and waits. Where so many
 * are not allowed, as many as are.
 */
export async function growDescriptorTable(): Promise<void> {
  const opened = await Promise.allSettled(Array.from({ length: ROOM }, () => promisify(open)('/dev/null', 'r')));
  for (const each of opened) {
    if (each.status === 'fulfilled') closeSync(each.value);
    else if (!isOutOfDescriptors(each.reason)) throw each.reason;
  }
}
