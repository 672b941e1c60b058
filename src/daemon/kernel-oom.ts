import { readFileSync } from 'node:fs';

/** The kernel's count of processes it killed for want of memory: `oom_kill` in /proc/vmstat (Linux ≥ 4.13). */
export class KernelOomCounter {
  #count = readOomKills();

  /** Has the kernel killed since this was asked last? */
  hasGrown(): boolean {
    const before = this.#count;
    this.#count = readOomKills();
    return this.#count > before;
  }
}

function readOomKills(): number {
  try {
    return Number(/^oom_kill (\d+)/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1] ?? 0);
  } catch {
    // No /proc: such an end is shown as what it is, killed by SIGKILL.
    return 0;
  }
}
